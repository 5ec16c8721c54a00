// The author's small desk: write and publish, change, unpublish; approve or bin what readers wrote.

import { post as send } from "./api.js";
import { ago, el, keyed } from "./dom.js";
import { choose, keepDraft, own, state } from "./state.js";
import { attempt } from "./toast.js";

const SUGGESTED = {
  title: "The first peas are up",
  text:
    "Eleven days in the ground, and this morning a row of small green elbows pushed through the crust. I had covered the bed with an old window.\n\nWhat do you put over yours?",
};
const SHOWN_AS = { publish: "published", draft: "draft", private: "private", future: "scheduled", trash: "in the bin", approved: "published", hold: "waits", spam: "spam" };
const MOST_COMMENTS = 12;

const heading = el("h2", {}, "Write a post");
const title = el("input", { name: "title", required: true, maxLength: 300, dir: "auto" });
const text = el("textarea", { name: "text", required: true, rows: 6, dir: "auto" });
const picture = el("input", { name: "picture", type: "checkbox", checked: true });
const pictureLine = el("label", { className: "check" }, picture, "With a picture of seedlings");
const publish = el("button", { type: "submit", className: "button leaf", data: { tour: "publish" } }, "Publish");
const cancel = el("button", { type: "button", className: "quiet", hidden: true, on: { click: () => write(null) } }, "Write a new one instead");
const form = el(
  "form",
  { on: { submit } },
  heading,
  el("label", {}, "Title", title),
  el("label", {}, "Text", text),
  pictureLine,
  el("div", { className: "row" }, publish, cancel),
);
const posts = el("ul", { className: "rows" });
const comments = el("ul", { className: "rows" });
let editing = null;
let hasBegun = false;

export const desk = el("div", { className: "desk", hidden: true }, form, el("h2", {}, "Comments"), comments, el("h2", {}, "Posts"), posts);

for (const field of [title, text]) field.addEventListener("input", () => keepDraft(`desk:${field.name}`, field.value));

/** Draw the desk's lists. */
export function drawDesk() {
  if (!hasBegun) begin();
  const written = state.blog.posts.flatMap((post) => post.comments.map((comment) => ({ ...comment, post: post.title })));
  const waitingFirst = written.sort((one, other) => (other.status === "hold") - (one.status === "hold") || other.id - one.id).slice(0, MOST_COMMENTS);
  keyed(comments, waitingFirst.length ? waitingFirst : [{ id: "none" }], { key: (one) => one.id, sign: (one) => JSON.stringify(one), make: commentRow });
  keyed(posts, state.blog.posts, { key: (one) => one.id, sign: ({ id, title: words, status }) => JSON.stringify([id, words, status]), make: postRow });
}

function begin() {
  hasBegun = true;
  const isFirst = state.blog.posts.every((post) => post.title !== SUGGESTED.title);
  title.value = own.drafts["desk:title"] ?? (isFirst ? SUGGESTED.title : "");
  text.value = own.drafts["desk:text"] ?? (isFirst ? SUGGESTED.text : "");
}

function write(post) {
  editing = post;
  heading.textContent = post ? "Change a post" : "Write a post";
  publish.textContent = post ? "Update" : "Publish";
  cancel.hidden = !post;
  pictureLine.hidden = Boolean(post);
  title.value = post?.title ?? "";
  text.value = post?.text ?? "";
  keepDraft("desk:title", "");
  keepDraft("desk:text", "");
  title.focus();
}

async function submit(event) {
  event.preventDefault();
  const body = { title: title.value, text: text.value, has_picture: picture.checked };
  const path = editing ? `/control/blog/posts/${editing.id}` : "/control/blog/posts";
  publish.disabled = true;
  const answer = await attempt(() => send(path, body));
  publish.disabled = false;
  if (!answer) return;
  const id = editing?.id ?? answer.post_id;
  write(null);
  choose({ blogView: "read", post: id });
}

const setPost = (post, status) => attempt(() => send(`/control/blog/posts/${post.id}/status`, { status }));
const setComment = (comment, status) => attempt(() => send(`/control/blog/comments/${comment.id}/status`, { status }));
const tool = (label, action, about) => el("button", { type: "button", className: "tool", "aria-label": `${label}: ${about}`, data: { focus: label }, on: { click: action } }, label);

function postRow(post) {
  return el(
    "li",
    {},
    el("div", {}, el("bdi", { className: "what" }, post.title), el("span", { className: `status ${post.status}` }, SHOWN_AS[post.status] ?? post.status)),
    el(
      "div",
      { className: "tools" },
      tool("Edit", () => write(state.blog.posts.find((one) => one.id === post.id)), post.title),
      post.status === "publish" ? tool("Unpublish", () => setPost(post, "draft"), post.title) : tool("Publish", () => setPost(post, "publish"), post.title),
    ),
  );
}

function commentRow(comment) {
  if (comment.id === "none") return el("li", { className: "empty" }, "Nobody has commented yet.");
  const about = `${comment.name} on ${comment.post}`;
  return el(
    "li",
    {},
    el(
      "div",
      {},
      el("bdi", { className: "what" }, comment.name),
      el("span", { className: `status ${comment.status}` }, SHOWN_AS[comment.status] ?? comment.status),
      el("p", { dir: "auto" }, plain(comment.parts).slice(0, 160)),
      el("small", {}, el("bdi", {}, comment.post), ` · ${ago(comment.created_at)}`),
    ),
    el(
      "div",
      { className: "tools" },
      comment.status === "approved" ? tool("Hold", () => setComment(comment, "hold"), about) : tool("Approve", () => setComment(comment, "approved"), about),
      comment.status === "spam" ? null : tool("Spam", () => setComment(comment, "spam"), about),
      comment.status === "trash" ? null : tool("Bin", () => setComment(comment, "trash"), about),
    ),
  );
}

const plain = (parts) => parts.map((part) => (typeof part === "string" ? part : plain(part.parts))).join("");
