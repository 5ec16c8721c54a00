// The right half: the blog as a reader sees it, and its author's desk.

import { desk, drawDesk } from "./desk.js";
import { ago, day, el, keyed } from "./dom.js";
import { ownBlog } from "./own_blog.js";
import { commentForm } from "./reader_form.js";
import { choose, own, state } from "./state.js";

const DEEPEST = 4;
const MOST_CHARACTERS = 180;

const root = document.getElementById("blog");
const title = el("p", { className: "title" });
const motto = el("p", { className: "motto" });
const tabs = el("div", { className: "tabs", role: "group", "aria-label": "Views of the blog" });
const reading = el("div", { className: "reading", tabIndex: -1 });
const forms = new Map();
const seen = new Map();

/** Build what stays. */
export function beginBlog() {
  if (state.stage.own_blog) {
    root.append(ownBlog());
    return;
  }
  root.append(el("header", {}, el("div", {}, title, motto), tabs), reading, desk);
}

/** Draw the half. */
export function drawBlog() {
  if (state.stage.own_blog || !state.blog) return;
  title.replaceChildren(el("a", { href: state.blog.url, target: "_blank", rel: "noopener", title: "Open the blog’s own page" }, state.blog.title));
  motto.textContent = state.blog.description;
  const waiting = state.blog.posts.flatMap((post) => post.comments).filter((comment) => comment.status === "hold").length;
  keyed(tabs, [["read", "As a reader", 0], ["desk", "Author’s desk", waiting]], {
    key: ([view]) => view,
    sign: (tab) => JSON.stringify([tab, own.blogView]),
    make: ([view, label, count]) =>
      el(
        "button",
        { type: "button", "aria-pressed": String(own.blogView === view), data: { focus: view, tour: view === "desk" ? "desk" : "" }, on: { click: () => choose({ blogView: view }) } },
        label,
        count ? el("span", { className: "count", "aria-label": `${count} to look at` }, String(count)) : null,
      ),
  });
  reading.hidden = own.blogView !== "read";
  desk.hidden = own.blogView !== "desk";
  drawDesk();
  const post = state.blog.posts.find((one) => one.id === own.post && one.is_public);
  if (post) drawPost(post);
  else drawList();
}

function view(name) {
  if (reading.dataset.view === name) return reading.firstElementChild;
  reading.dataset.view = name;
  reading.scrollTop = 0;
  const inner = el("div");
  reading.replaceChildren(inner);
  return inner;
}

function drawList() {
  const inner = view("list");
  const posts = state.blog.posts.filter((post) => post.is_public);
  const shown = posts.length ? posts : [{ id: "none" }];
  keyed(inner, shown, { key: (post) => post.id, sign: (post) => JSON.stringify(post), make: teaser });
}

function teaser(post) {
  if (post.id === "none") return el("p", { className: "empty" }, "Nothing has been published yet.");
  const count = shownComments(post).length;
  const open = (event) => {
    event.preventDefault();
    choose({ post: post.id });
  };
  return el(
    "article",
    { className: "teaser" },
    picture(post),
    el("h2", {}, el("a", { href: post.address, data: { focus: "post" }, dir: "auto", on: { click: open } }, post.title)),
    byline(post),
    el("p", { className: "beginning", dir: "auto" }, beginning(post.text)),
    el("p", { className: "counted" }, count === 1 ? "1 comment" : `${count} comments`),
  );
}

/** Return the first words of a text. */
function beginning(text) {
  if (text.length <= MOST_CHARACTERS) return text;
  const cut = text.slice(0, MOST_CHARACTERS);
  return `${cut.slice(0, cut.lastIndexOf(" ") + 1 || undefined).trimEnd()} …`;
}

const byline = (post) =>
  el("p", { className: "byline" }, `By ${post.author}, `, el("time", { dateTime: post.created_at }, day(post.created_at)), `, in ${post.categories.join(", ")}`);

function picture(post) {
  if (!post.picture) return null;
  const figure = el("figure");
  const failed = () => figure.replaceChildren(el("p", { className: "missing" }, `Picture: ${post.picture.alt}`));
  figure.append(el("img", { src: post.picture.url, alt: post.picture.alt, on: { error: failed } }));
  return figure;
}

function drawPost(post) {
  const inner = view(`post-${post.id}`);
  const comments = shownComments(post);
  const { comments: _left, ...words } = post;
  const rows = [
    { name: "back", sign: "", make: () => el("p", {}, el("button", { type: "button", className: "quiet", on: { click: () => choose({ post: null }) } }, "← All posts")) },
    { name: "post", sign: words, make: () => whole(post) },
    { name: "count", sign: comments.length, make: () => el("h3", {}, counted(comments.length)) },
    { name: "comments", sign: [comments, post.is_open], make: () => thread(comments.filter((one) => !one.parent_id), comments, post, 1) },
    { name: "form", sign: [post.is_open], make: () => replyForm(post) },
  ];
  const shownBefore = seen.get(post.id) ?? new Set(comments.map((one) => one.id));
  keyed(inner, rows, { key: (row) => row.name, sign: (row) => JSON.stringify(row.sign), make: (row) => row.make() });
  const fresh = comments.filter((one) => !shownBefore.has(one.id)).at(-1);
  seen.set(post.id, new Set([...shownBefore, ...comments.map((one) => one.id)]));
  if (fresh) showFresh(document.getElementById(`comment-${fresh.id}`));
}

/** Bring a comment that has just come into view, unless its reader is writing. */
function showFresh(element) {
  element?.classList.add("fresh");
  if (!reading.contains(document.activeElement)) element?.scrollIntoView({ block: "nearest" });
}

const counted = (count) => (count === 0 ? "No comments yet" : count === 1 ? "1 comment" : `${count} comments`);

const whole = (post) =>
  el("article", { className: "post" }, el("h2", { dir: "auto" }, post.title), byline(post), picture(post), el("div", { className: "words", dir: "auto" }, build(post.parts)));

/** As on WordPress, answers to a comment that is not shown are not shown either. */
function shownComments(post) {
  const approved = new Map(post.comments.filter((one) => one.status === "approved").map((one) => [one.id, one]));
  const isShown = (one) => !one.parent_id || (approved.has(one.parent_id) && isShown(approved.get(one.parent_id)));
  return [...approved.values()].filter(isShown);
}

function thread(level, all, post, depth) {
  if (!level.length) return el("div");
  return el(
    "ol",
    { className: "comments" },
    level.map((one) =>
      el("li", {}, comment(one, post), depth < DEEPEST ? thread(all.filter((child) => child.parent_id === one.id), all, post, depth + 1) : null),
    ),
  );
}

function comment(one, post) {
  const name = one.url ? el("a", { href: one.url, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, el("bdi", {}, one.name)) : el("bdi", {}, one.name);
  const answer = () => {
    const form = forms.get(post.id);
    form.answer(one);
  };
  return el(
    "article",
    { id: `comment-${one.id}`, className: "comment", tabIndex: -1 },
    el("header", {}, el("cite", {}, name), el("time", { dateTime: one.created_at }, ago(one.created_at))),
    el("div", { className: "words", dir: "auto" }, build(one.parts)),
    post.is_open ? el("button", { type: "button", className: "quiet", "aria-label": `Reply to ${one.name}`, on: { click: answer } }, "Reply") : null,
  );
}

function replyForm(post) {
  if (!post.is_open) return el("p", { className: "empty" }, "Comments are closed.");
  if (!forms.has(post.id)) forms.set(post.id, commentForm(post.id));
  return forms.get(post.id);
}

/** Build elements from the parts the server took the HTML apart into. */
export function build(parts) {
  return parts.map((part) => {
    if (typeof part === "string") return part;
    const props = part.href ? { href: part.href, target: "_blank", rel: "noopener noreferrer nofollow ugc" } : {};
    return el(part.tag, props, build(part.parts));
  });
}
