// The right half when the story is played on the visitor's own blog: its own pages, or why they cannot be shown here.

import { el } from "./dom.js";
import { state, watch } from "./state.js";

/** Return the half's content. */
export function ownBlog() {
  const { url, hindrance } = state.stage.own_blog;
  const header = el(
    "header",
    {},
    el("div", {}, el("p", { className: "title" }, el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, new URL(url).host)), el("p", { className: "motto" }, "Your own blog, as its readers see it")),
  );
  if (hindrance) return el("div", { className: "own" }, header, refusal(url, hindrance));
  const frame = el("iframe", { src: url, title: "Your blog", referrerPolicy: "no-referrer" });
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups");
  follow((address) => {
    frame.src = address;
  });
  const again = el("button", { type: "button", className: "tool", on: { click: () => { frame.src = frame.src; } } }, "Load it again");
  header.append(again);
  return el("div", { className: "own" }, header, frame);
}

function refusal(url, hindrance) {
  const opened = el("a", { href: url, target: "_blank", rel: "noopener noreferrer", className: "button leaf" }, "Open it in its own tab");
  const last = el("p", { role: "status" });
  follow((address) => {
    last.replaceChildren("The bot was last at work on ", el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address), ".");
  });
  return el("div", { className: "refusal" }, el("p", {}, hindrance), el("p", {}, "Nothing is drawn in its place: what the bot does can be seen on the blog itself."), opened, last);
}

/** Go to the post that the bot last announced or commented on, when it does so. */
function follow(go) {
  let known = state.story.length;
  let post = null;
  watch(() => {
    for (const line of state.story.lines.filter((one) => one.number > known)) {
      known = line.number;
      if (line.event === "announced" && line.keys.guid?.startsWith("http")) post = line.keys.guid;
      if (line.event === "announced" || line.event === "commented" || line.event === "removed") go(post ?? state.stage.own_blog.url);
    }
  });
}
