// The bot's forms (Discord calls them modals), as dialogs.

import { act } from "./api.js";
import { el } from "./dom.js";
import { own, load } from "./state.js";
import { markdown } from "./markdown.js";
import { selectFor } from "./select.js";

const TEXT_INPUT = 4;
const PARAGRAPH = 2;
const TEXT = 10;
const LABEL = 18;

/** Open the form of an answer. What is typed is sent as the person who was asked. */
export function openForm(answer) {
  const viewer = own.viewer;
  const fields = new Map();
  const problem = el("p", { className: "problem", role: "alert" });
  const send = el("button", { type: "submit", className: "button success" }, "Submit");
  const form = el(
    "form",
    { method: "dialog", on: { submit } },
    el("h2", { id: "form-title" }, answer.modal.title),
    answer.modal.components.map((one) => row(one, fields)),
    problem,
    el("div", { className: "row end" }, el("button", { type: "button", className: "button secondary", on: { click: () => dialog.close() } }, "Cancel"), send),
  );
  const dialog = el("dialog", { className: "form", "aria-labelledby": "form-title", on: { close: () => dialog.remove() } }, form);
  document.body.append(dialog);
  dialog.showModal();
  form.querySelector("input, textarea, select")?.focus();

  async function submit(event) {
    event.preventDefault();
    send.disabled = true;
    problem.textContent = "";
    const given = Object.fromEntries([...fields].map(([name, read]) => [name, read()]).filter(([, value]) => value !== undefined));
    try {
      await act(viewer, "submit", { answer_id: answer.id, fields: given });
      await load("discord");
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
      send.disabled = false;
    }
  }
}

function row(one, fields) {
  if (one.type === TEXT) return el("div", { className: "text" }, markdown(one.content));
  if (one.type === LABEL) return labelled(one.label, one.description, one.component, fields);
  return (one.components ?? []).map((inner) => labelled(inner.label, null, inner, fields));
}

function labelled(label, description, one, fields) {
  const control = one.type === TEXT_INPUT ? textInput(one) : selectFor(one);
  fields.set(one.custom_id, control.read);
  return el(
    "label",
    {},
    el("span", { className: "label" }, label, one.required === false ? null : el("span", { className: "must", "aria-hidden": "true" }, " *")),
    description ? el("span", { className: "hint" }, description) : null,
    control.element,
  );
}

function textInput(one) {
  const isLong = one.style === PARAGRAPH;
  const element = el(isLong ? "textarea" : "input", {
    name: one.custom_id,
    dir: "auto",
    required: one.required !== false,
    placeholder: one.placeholder ?? "",
    value: one.value ?? "",
  });
  if (isLong) element.rows = 5;
  if (one.max_length) element.maxLength = one.max_length;
  if (one.min_length) element.minLength = one.min_length;
  return { element, read: () => element.value };
}
