// Where the viewer writes: a message, an answer, or a slash command.

import { act } from "./api.js";
import { combobox } from "./combobox.js";
import { commandForm, typable } from "./commands.js";
import { el } from "./dom.js";
import { channelOf, choose, isThread, keepDraft, own, userName } from "./state.js";
import { attempt } from "./toast.js";

const MOST_CHARACTERS = 2000;
const SEND_MESSAGES = 1 << 11;

/** Return a composer: an element with `show(channel)`, which changes the channel it writes to. */
export function composer() {
  let channel = null;
  const field = el("textarea", { rows: 1, maxLength: MOST_CHARACTERS, dir: "auto", enterKeyHint: "send", data: { tour: "write" } });
  const answering = el("p", { className: "answering", hidden: true });
  const place = el("div", { className: "typing" });
  const box = combobox(field, {
    suggest: (text) => (text.startsWith("/") && !text.includes("\n") ? matching(text.slice(1)) : []),
    pick: ({ value }) => ask(value),
  });
  const send = el("button", { type: "button", className: "button primary send", "aria-label": "Send message", on: { click: say } }, "➤");
  place.append(field, send, box.list);
  const element = el("div", { className: "composer" }, answering, place);

  field.addEventListener("keydown", (event) => {
    if (box.handleKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      say();
    } else if (event.key === "Escape" && answered()) stopAnswering();
  });
  field.addEventListener("input", () => {
    keepDraft(name(), field.value);
    fit();
  });

  const name = () => `${own.viewer}:${channel.id}`;
  const answered = () => own.answering?.[channel.id];
  const stopAnswering = () => choose({ answering: { ...own.answering, [channel.id]: null } });
  const matching = (typed) =>
    typable(channel)
      .filter((command) => command.name.startsWith(typed.trim().toLowerCase()))
      .map((command) => ({ label: `/${command.name}`, note: command.description, value: command }));

  function fit() {
    field.rows = Math.min(6, field.value.split("\n").length);
  }

  function ask(command) {
    empty();
    const form = commandForm(command, channel, () => {
      form.replaceWith(place);
      field.focus();
    });
    place.replaceWith(form);
    (form.querySelector("input, select") ?? form.querySelector("button")).focus();
  }

  async function say() {
    const text = field.value.trim();
    const command = text.startsWith("/") && typable(channel).find((one) => `/${one.name}` === text);
    if (command) {
      box.close();
      ask(command);
      return;
    }
    if (!text) return;
    const sent = await attempt(() => act(own.viewer, "say", { channel_id: channel.id, text, reply_to: answered() || undefined }));
    if (!sent) return;
    empty();
    if (answered()) stopAnswering();
  }

  function empty() {
    field.value = "";
    keepDraft(name(), "");
    fit();
  }

  let shownAs = null;

  /** Write to this channel from now on. */
  element.show = (next) => {
    channel = next;
    const label = isThread(channel) ? `Message in “${channel.name}”` : `Message #${channel.name ?? "direct"}`;
    field.placeholder = "Write here, / for commands";
    field.setAttribute("aria-label", label);
    const maySpeak = channel.viewer_permissions === undefined || (BigInt(channel.viewer_permissions) & BigInt(SEND_MESSAGES)) !== 0n;
    field.disabled = !maySpeak;
    if (shownAs !== name()) {
      shownAs = name();
      element.querySelector("form.command")?.replaceWith(place);
      field.value = own.drafts[shownAs] ?? "";
      fit();
    }
    const target = answered() && channelOf(channel.id)?.messages.find((message) => message.id === answered());
    answering.hidden = !target;
    const sign = target ? target.id : "";
    if (answering.dataset.sign === sign) return;
    answering.dataset.sign = sign;
    answering.replaceChildren();
    if (target) {
      answering.append("Answering ", el("bdi", {}, userName(target.author.id)), el("button", { type: "button", className: "quiet", "aria-label": "Do not answer", on: { click: stopAnswering } }, "✕"));
      field.focus();
    }
  };

  return element;
}
