// The messages of a channel or thread, as its viewer sees them.

import { act } from "./api.js";
import { components } from "./components.js";
import { clock, day, el, keyed, stickToEnd } from "./dom.js";
import { isBusy } from "./interact.js";
import { isJumbo, markdown } from "./markdown.js";
import { hasMenu, openMenu, react } from "./menu.js";
import { face, nameOf } from "./people.js";
import { authorId, channelOf, choose, isBot, own, state, userName } from "./state.js";
import { attempt } from "./toast.js";

const THREAD_CREATED = 18;
const STARTER = 21;
const USED = { 20: "used a slash command", 23: "used the Apps menu" };
const LOADING = 1 << 7;

/** Mend a list of messages. */
export function drawMessages(list, channel) {
  const shown = channel.messages.filter((message) => !own.dismissed.includes(message.id));
  const sign = (message) => JSON.stringify([message, own.viewer, own.editing === message.id, busyWith(message), threadOf(message), names()]);
  stickToEnd(list, () => keyed(list, shown, { key: (message) => message.id, sign, make }));
}

const busyWith = (message) => message.components.length > 0 && [...walk(message.components)].some((one) => isBusy(`${message.id}:${one.custom_id}`));
const names = () => state.world.guilds.flatMap((guild) => guild.members.map((member) => member.nick));

function* walk(list) {
  for (const one of list) {
    yield one;
    yield* walk(one.components ?? []);
  }
}

function threadOf(message) {
  const thread = message.thread && channelOf(message.thread.id);
  return thread ? [thread.id, thread.name, thread.messages.filter((one) => one.type !== STARTER && !one.ephemeral_for).length] : null;
}

function make(message) {
  if (message.type === THREAD_CREATED) return systemLine(message, `${userName(message.author.id)} started a thread: ${message.content}`);
  if (message.type === STARTER) return starter(message);
  const isMine = message.author.id === own.viewer;
  const classes = ["message", message.ephemeral_for ? "ephemeral" : "", message.mentions.some((user) => user.id === own.viewer) ? "pings" : ""];
  const article = el(
    "article",
    {
      className: classes.filter(Boolean).join(" "),
      tabIndex: -1,
      data: { message: message.id, mine: String(isMine), by: isBot(message.author.id) ? "bot" : message.author.id === authorId() ? "author" : "member" },
    },
    answered(message),
    face(message.author.id),
    el(
      "div",
      { className: "main" },
      head(message),
      own.editing === message.id && isMine ? editor(message) : body(message),
      reactions(message),
      threadChip(message),
      message.ephemeral_for ? onlyYou(message) : null,
    ),
  );
  if (hasMenu(message)) addMenu(article, message);
  return article;
}

const systemLine = (message, text) => el("p", { className: "system" }, el("bdi", {}, text));

function starter(message) {
  const first = message.referenced_message;
  if (!first) return systemLine(message, "The message this thread began with was deleted.");
  const text = first.content ? [el("div", { className: "text" }, markdown(first.content))] : components(first.components.filter((one) => one.type === 17), first);
  return el("article", { className: "message starter" }, face(first.author.id), el("div", { className: "main" }, head(first), el("div", { className: "body" }, text)));
}

function head(message) {
  const at = new Date(message.timestamp);
  const isToday = at.toDateString() === new Date().toDateString();
  return el(
    "header",
    {},
    nameOf(message.author.id),
    message.author.bot ? el("span", { className: "tag" }, "App") : null,
    el("time", { dateTime: message.timestamp }, isToday ? clock(at) : `${day(at)}, ${clock(at)}`),
  );
}

function answered(message) {
  const used = USED[message.type];
  if (used && message.interaction_metadata) {
    const user = message.interaction_metadata.user;
    return el("p", { className: "answers" }, nameOf(user.id), ` ${used}`);
  }
  if (!message.message_reference || message.type === STARTER) return null;
  const first = message.referenced_message;
  if (!first) return el("p", { className: "answers" }, "The message this answers was deleted.");
  return el("p", { className: "answers" }, nameOf(first.author.id), " ", el("bdi", { className: "excerpt" }, (first.content || "…").slice(0, 120)));
}

function body(message) {
  if (message.flags & LOADING) return el("div", { className: "body thinking" }, `${userName(message.author.id)} is thinking …`);
  return el(
    "div",
    { className: "body" },
    message.content ? el("div", { className: isJumbo(message.content) ? "text jumbo" : "text" }, markdown(message.content)) : null,
    message.edited_timestamp && !message.author.bot ? el("span", { className: "edited" }, "(edited)") : null,
    message.attachments.map((file) => el("p", { className: "file" }, el("bdi", {}, file.filename))),
    components(message.components, message),
  );
}

function editor(message) {
  const field = el("textarea", { value: message.content, rows: 3, dir: "auto", "aria-label": "Edit message" });
  const save = async () => {
    const text = field.value.trim();
    if (text) await attempt(() => act(own.viewer, "edit", { channel_id: message.channel_id, message_id: message.id, text }));
    choose({ editing: null });
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") choose({ editing: null });
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      save();
    }
  });
  setTimeout(() => field.focus());
  return el(
    "div",
    { className: "body editor" },
    field,
    el("div", { className: "row" }, el("button", { type: "button", className: "button primary", on: { click: save } }, "Save"), el("button", { type: "button", className: "button secondary", on: { click: () => choose({ editing: null }) } }, "Cancel")),
  );
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return el(
    "div",
    { className: "reactions" },
    message.reactions.map(({ emoji, count }) => {
      const who = message.reacted_by[emoji.name] ?? [];
      const label = `${emoji.name}, ${count}: ${who.map((id) => userName(id)).join(", ")}`;
      return el(
        "button",
        { type: "button", "aria-pressed": String(who.includes(own.viewer)), "aria-label": label, title: label, data: { focus: emoji.name }, on: { click: () => react(message, emoji.name) } },
        `${emoji.name} ${count}`,
      );
    }),
  );
}

function threadChip(message) {
  const thread = message.thread && channelOf(message.thread.id);
  if (!thread || own.thread === undefined) return null;
  const [, , count] = threadOf(message);
  return el(
    "button",
    { type: "button", className: "chip", data: { focus: "thread", tour: "thread" }, on: { click: () => choose({ thread: thread.id }) } },
    el("bdi", {}, thread.name),
    el("span", {}, count === 1 ? "1 message ›" : `${count} messages ›`),
  );
}

const onlyYou = (message) =>
  el(
    "p",
    { className: "only" },
    "Only you can see this · ",
    el("button", { type: "button", className: "quiet", on: { click: () => choose({ dismissed: [...own.dismissed, message.id].slice(-200) }) } }, "Dismiss message"),
  );

function addMenu(article, message) {
  const opener = el("button", { type: "button", className: "more", "aria-haspopup": "menu", "aria-label": "More: reply, react, apps", data: { focus: "more", tour: "more" } }, "⋯");
  opener.addEventListener("click", () => openMenu(message, opener, opener));
  article.append(opener);
  article.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, textarea, input")) return;
    event.preventDefault();
    openMenu(message, { x: event.clientX, y: event.clientY }, opener);
  });
}
