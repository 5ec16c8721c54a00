// The left half: who one is, the channels, one channel, and one thread beside or below it.

import { composer } from "./composer.js";
import { el, keyed } from "./dom.js";
import { drawMessages } from "./messages.js";
import { face, nameOf, roleWords } from "./people.js";
import { become, channelOf, choose, guild, isThread, opening, own, state, userName } from "./state.js";

const TEXT = [0, 5];
const DIRECT = 1;

const people = document.getElementById("people");
const channels = document.getElementById("channels");

function pane(id) {
  const title = el("h2", { tabIndex: -1 });
  const note = el("p", { className: "note" });
  const close = el("button", { type: "button", className: "quiet", "aria-label": "Close the thread", on: { click: () => choose({ thread: null }) } }, "✕");
  const list = el("div", { className: "messages", role: "log", "aria-label": "Messages", tabIndex: 0 });
  const empty = el("p", { className: "empty" });
  const writing = composer();
  const element = document.getElementById(id);
  element.append(el("header", {}, el("div", {}, title, note), id === "thread" ? close : null), el("div", { className: "scroll" }, empty, list), writing);
  return { element, title, note, list, empty, writing };
}

const channelPane = pane("channel");
const threadPane = pane("thread");

/** Draw the whole half. */
export function drawDiscord() {
  drawPeople();
  drawChannels();
  const channel = channelOf(own.channel) ?? channelOf(state.stage.news_id);
  const thread = own.thread ? channelOf(own.thread) : null;
  drawPane(channelPane, channel, describe(channel));
  threadPane.element.hidden = !thread;
  document.getElementById("discord").dataset.thread = thread ? "open" : "closed";
  if (thread) drawPane(threadPane, thread, `Thread in #${channelOf(thread.parent_id)?.name ?? ""}`);
}

function drawPane({ title, note, list, empty, writing, element }, channel, described) {
  const name = channel.type === DIRECT ? `@ ${userName(state.world.bot_id)}` : isThread(channel) ? channel.name : `# ${channel.name}`;
  if (title.textContent !== name) title.replaceChildren(el("bdi", {}, name));
  title.title = name;
  note.textContent = described;
  element.dataset.channel = channel.id;
  if (list.dataset.channel !== channel.id) {
    list.replaceChildren();
    list.dataset.channel = channel.id;
    if (list.isStuck === false) list.isStuck = true;
  }
  drawMessages(list, channel);
  empty.hidden = list.children.length > 0;
  empty.textContent = "Nothing here yet.";
  writing.show(channel);
}

function describe(channel) {
  if (channel.id === state.stage.queue_id) return "Private: what waits for the author";
  if (channel.id === state.stage.news_id) return "Where the blog’s posts are announced";
  return channel.type === DIRECT ? "A direct message" : "";
}

function drawPeople() {
  const members = guild().members.filter(({ user }) => !user.bot).map(({ user }) => user.id);
  let list = people.querySelector(".list");
  if (!list) {
    list = el("div", { className: "list" });
    people.append(list);
  }
  keyed(list, members, {
    key: (id) => id,
    sign: (id) => JSON.stringify([userName(id), own.viewer === id]),
    make: (id) =>
      el(
        "label",
        { title: userName(id) },
        el("input", { type: "radio", name: "viewer", value: id, checked: own.viewer === id, data: { focus: "viewer" }, on: { change: () => become(id) } }),
        face(id),
        el("span", {}, nameOf(id), el("small", {}, roleWords(id))),
      ),
  });
}

function drawChannels() {
  const all = guild().channels;
  const rows = all
    .filter((channel) => TEXT.includes(channel.type))
    .flatMap((channel) => [{ channel }, ...all.filter((one) => isThread(one) && one.parent_id === channel.id).map((thread) => ({ channel: thread }))]);
  const direct = state.world.direct_messages.filter((one) => one.messages.length);
  if (!channels.querySelector("ul")) channels.append(el("p", { className: "guild" }), el("ul"));
  channels.querySelector(".guild").textContent = guild().name;
  const list = channels.querySelector("ul");
  keyed(list, [...rows, ...direct.map((channel) => ({ channel }))], {
    key: ({ channel }) => channel.id,
    sign: ({ channel }) => JSON.stringify([channel.name, isHere(channel), isUnread(channel), own.viewer]),
    make: ({ channel }) => row(channel),
  });
}

const isHere = (channel) => channel.id === (isThread(channel) ? own.thread : own.channel);

function isUnread(channel) {
  const last = channel.messages.at(-1)?.id ?? "0";
  own.seen ??= {};
  if (isHere(channel) || !(channel.id in own.seen)) own.seen[channel.id] = last;
  return BigInt(last) > BigInt(own.seen[channel.id]);
}

function row(channel) {
  const isNested = isThread(channel);
  const isLocked = channel.id === state.stage.queue_id;
  const mark = channel.type === DIRECT ? "@" : isNested ? "└" : "#";
  const name = channel.type === DIRECT ? userName(state.world.bot_id) : channel.name;
  const open = () => choose(isNested ? { thread: channel.id } : opening(channel.id));
  return el(
    "li",
    { className: isNested ? "nested" : "" },
    el(
      "button",
      { type: "button", "aria-current": isHere(channel) ? "true" : null, title: name, data: { focus: channel.id, tour: isLocked ? "queue" : "" }, on: { click: open } },
      el("span", { "aria-hidden": "true" }, mark),
      el("bdi", {}, name),
      isUnread(channel) ? el("span", { className: "dot", role: "img", "aria-label": "unread" }) : null,
    ),
  );
}
