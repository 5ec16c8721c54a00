// The form under a post: what any reader can write.

import { post as send } from "./api.js";
import { el } from "./dom.js";
import { keepDraft, own } from "./state.js";

const SAID = { approved: "Your comment is published.", hold: "Your comment awaits moderation.", spam: "Your comment awaits moderation.", trash: "Your comment awaits moderation." };

/** Return the form of one post, with `answer(comment)`. */
export function commentForm(postId) {
  const draft = `comment:${postId}`;
  let parent = null;
  const heading = el("h3", {}, "Leave a Reply");
  const name = el("input", { name: "name", autocomplete: "off", required: true, maxLength: 245, value: own.drafts["reader:name"] ?? "" });
  const email = el("input", { name: "email", type: "email", autocomplete: "off", required: true, maxLength: 100, value: own.drafts["reader:email"] ?? "" });
  const text = el("textarea", { name: "text", rows: 4, required: true, dir: "auto", value: own.drafts[draft] ?? "" });
  const said = el("p", { className: "said", role: "status" });
  const cancel = el("button", { type: "button", className: "quiet", hidden: true, on: { click: () => form.answer(null) } }, "Cancel the answer");
  const form = el(
    "form",
    { className: "leave", on: { submit } },
    heading,
    el("div", { className: "pair" }, el("label", {}, "Name", name), el("label", {}, "E-mail, never shown", email)),
    el("label", {}, "Comment", text),
    el("div", { className: "row" }, el("button", { type: "submit", className: "button leaf" }, "Post comment"), cancel),
    said,
  );
  text.addEventListener("input", () => keepDraft(draft, text.value));
  name.addEventListener("input", () => keepDraft("reader:name", name.value));
  email.addEventListener("input", () => keepDraft("reader:email", email.value));

  form.answer = (comment) => {
    parent = comment;
    heading.textContent = comment ? `Reply to ${comment.name}` : "Leave a Reply";
    cancel.hidden = !comment;
    form.scrollIntoView({ block: "nearest" });
    (name.value ? text : name).focus();
  };

  async function submit(event) {
    event.preventDefault();
    try {
      const body = { name: name.value, email: email.value, text: text.value, parent_id: parent?.id ?? 0 };
      const answer = await send(`/control/blog/posts/${postId}/comments`, body);
      text.value = "";
      keepDraft(draft, "");
      form.answer(null);
      said.textContent = SAID[answer.status];
    } catch (error) {
      said.textContent = error.message;
    }
  }

  return form;
}
