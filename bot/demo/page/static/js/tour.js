// The guided first minute: four steps, lit one after the other, which the visitor can leave at any time.

import { el } from "./dom.js";
import { become, choose, guild, isBot, isThread, opening, own, remember, state } from "./state.js";
import { hasHappened } from "./strip.js";

const root = document.getElementById("tour");

const person = (role, nth = 0) => state.stage.people.filter((one) => one.role === role)[nth].id;

const STEPS = [
  {
    name: "Publish a post",
    hint: () => (state.stage.own_blog ? "Be Mira and use /announce in #new-posts: it offers your own posts." : "At the author’s desk, press Publish: the words are there."),
    isDone: () => Boolean(newThread()),
    show: async () => {
      if (state.stage.own_blog) {
        await become(person("author"), { ...opening(state.stage.news_id), half: "discord" });
        focus("#channel textarea");
      } else {
        choose({ blogView: "desk", half: "blog" });
        focus(".desk [data-tour=publish]");
      }
    },
  },
  {
    name: "Answer as a member",
    hint: () => "Be Ada and write something in the new thread.",
    isDone: () => Boolean(newThread()?.messages.some(isMembers)),
    show: async () => {
      await become(person("member"), { channel: state.stage.news_id, thread: newThread()?.id ?? own.thread, half: "discord" });
      focus("#thread textarea");
    },
  },
  {
    name: "Send it to the blog",
    hint: () => "On Ada’s message: ⋯ › Send to blog. She sees it first; Send is her yes.",
    isDone: () => hasHappened("agreed"),
    show: async () => {
      const message = newThread()?.messages.findLast(isMembers);
      await become(message?.author.id ?? person("member"), { thread: newThread()?.id ?? own.thread, half: "discord" });
      focus(`#thread [data-message="${message?.id}"] .more`);
    },
  },
  {
    name: "Publish it as the author",
    hint: () => "Be Mira and press Publish in #reply-queue. Watch the blog.",
    isDone: () => hasHappened("commented", { state: "published" }),
    show: async () => {
      await become(person("author"), { ...opening(state.stage.queue_id), half: "discord" });
      focus("#channel article:last-of-type .button.success");
    },
  },
];

const isMembers = (message) => !isBot(message.author.id) && !message.ephemeral_for && [0, 19].includes(message.type);

/** Of the threads that the bot opened since the visitor came, the newest that members wrote in, else the newest. */
function newThread() {
  const opened = state.story.lines.filter((line) => line.number > state.stage.opening && line.event === "thread_opened").map((line) => line.keys.thread);
  const threads = guild().channels.filter((channel) => isThread(channel) && opened.includes(channel.id));
  return threads.findLast((thread) => thread.messages.some(isMembers)) ?? threads.at(-1) ?? null;
}

function focus(selector) {
  const found = document.querySelector(selector);
  found?.scrollIntoView({ block: "nearest" });
  found?.focus();
}

/** Which step is lit: 1 to 4, 5 when all are done, 0 when the visitor left. What was done once stays done. */
export function step() {
  if (own.tour !== "on") return 0;
  const before = own.stepsDone;
  while (own.stepsDone < STEPS.length && STEPS[own.stepsDone].isDone()) own.stepsDone += 1;
  if (own.stepsDone !== before) remember();
  return own.stepsDone + 1;
}

let drawn = null;
let opened = null;

/** Draw the tour, and open the new thread when it is there. */
export function drawTour() {
  const now = step();
  document.body.dataset.step = String(now);
  const fresh = now === 2 && drawn === 1 ? newThread() : null;
  if (fresh && opened !== fresh.id) {
    opened = fresh.id;
    choose({ thread: fresh.id, channel: state.stage.news_id });
    return;
  }
  if (drawn === now && root.childElementCount) return;
  drawn = now;
  const hadFocus = root.contains(document.activeElement);
  root.replaceChildren(...(now === 0 ? [again()] : [list(now), words(now)]));
  if (hadFocus) root.querySelector("button")?.focus();
}

const list = (now) =>
  el(
    "ol",
    {},
    STEPS.map(({ name }, index) => {
      const number = index + 1;
      const state = number < now ? "done" : number === now ? "lit" : "ahead";
      return el("li", { data: { state }, "aria-current": number === now ? "step" : null }, el("span", { className: "number", "aria-hidden": "true" }, number < now ? "✓" : String(number)), name, number < now ? el("span", { className: "unseen" }, " (done)") : null);
    }),
  );

function words(now) {
  const leave = el("button", { type: "button", className: "quiet", on: { click: () => choose({ tour: "left" }) } }, now > STEPS.length ? "Close" : "Leave the tour");
  if (now > STEPS.length) return el("p", { className: "hint", role: "status" }, el("span", {}, "The reply is on the blog. Now edit or delete the message, answer the comment, bin it at the desk, kill the bot: both sides stay in agreement. "), leave);
  const one = STEPS[now - 1];
  return el("p", { className: "hint", role: "status" }, el("span", {}, one.hint()), " ", el("button", { type: "button", className: "button leaf", on: { click: one.show } }, "Show me"), leave);
}

const again = () => el("p", { className: "hint" }, el("button", { type: "button", className: "quiet", on: { click: () => choose({ tour: "on" }) } }, "Show the four steps"));

