// Slash commands: which there are, and the form that asks for their options.

import { act } from "./api.js";
import { combobox } from "./combobox.js";
import { el } from "./dom.js";
import { interact } from "./interact.js";
import { choicesOf } from "./select.js";
import { commandsFor, own } from "./state.js";

const SUBCOMMAND = 1;
const GROUP = 2;
const INTEGER = 4;
const BOOLEAN = 5;
const NUMBER = 10;
const MENUS = { 6: 5, 7: 8, 8: 6 };
const WAIT_MILLISECONDS = 120;

/** Return every command the viewer can type in a channel, subcommands by their whole name. */
export const typable = (channel) => commandsFor(channel, 1).flatMap((command) => leaves(command.name, command));

function leaves(path, one) {
  const inner = (one.options ?? []).filter((option) => option.type === SUBCOMMAND || option.type === GROUP);
  if (inner.length) return inner.flatMap((option) => leaves(`${path} ${option.name}`, option));
  return [{ name: path, description: one.description ?? "", options: one.options ?? [] }];
}

/** Return the form for one command; `done` is called when it was sent or given up. */
export function commandForm(command, channel, done) {
  const fields = new Map();
  const form = el(
    "form",
    { className: "command", "aria-label": `/${command.name}`, on: { submit, keydown: leave } },
    el("p", {}, el("strong", {}, `/${command.name}`), " ", command.description),
    command.options.map((option) => field(option)),
    el("div", { className: "row" }, el("button", { type: "submit", className: "button primary" }, "Run"), el("button", { type: "button", className: "button secondary", on: { click: () => done() } }, "Cancel")),
  );

  function submit(event) {
    event.preventDefault();
    const body = { name: command.name, channel_id: channel.id, options: given() };
    done();
    interact(`${channel.id}:${command.name}`, "use_command", body);
  }

  function leave(event) {
    if (event.key === "Escape") done();
  }

  function given() {
    const filled = [...fields].map(([name, read]) => [name, read()]);
    return Object.fromEntries(filled.filter(([, value]) => value !== undefined && value !== ""));
  }

  function field(option) {
    const { element, list, read } = control(option);
    fields.set(option.name, read);
    return el(
      "label",
      {},
      el("span", { className: "label" }, option.name, option.required ? el("span", { className: "must", "aria-hidden": "true" }, " *") : null),
      el("span", { className: "hint" }, option.description),
      element,
      list ?? null,
    );
  }

  function control(option) {
    if (option.choices?.length) return chooser(option, option.choices.map(({ name, value }) => ({ label: name, value })));
    if (option.type === BOOLEAN) return chooser(option, [{ label: "Yes", value: "true" }, { label: "No", value: "false" }], (value) => value === "true");
    if (option.type in MENUS) return chooser(option, choicesOf(MENUS[option.type], option.channel_types));
    const isNumber = option.type === INTEGER || option.type === NUMBER;
    const input = el("input", { name: option.name, type: isNumber ? "number" : "text", dir: "auto", required: Boolean(option.required) });
    if (isNumber) input.step = option.type === INTEGER ? "1" : "any";
    const read = () => (isNumber && input.value ? Number(input.value) : input.value);
    return option.autocomplete ? suggested(option, input) : { element: input, read };
  }

  function chooser(option, choices, convert = (value) => value) {
    const element = el("select", { name: option.name, required: Boolean(option.required) }, el("option", { value: "" }, ""), choices.map(({ label, value }) => el("option", { value }, label)));
    return { element, read: () => (element.value === "" ? undefined : convert(element.value)) };
  }

  function suggested(option, input) {
    let chosen = null;
    const box = combobox(input, {
      waits: WAIT_MILLISECONDS,
      suggest: async (text) => {
        const others = Object.fromEntries(Object.entries(given()).filter(([name]) => name !== option.name));
        const body = { name: command.name, channel_id: channel.id, options: { ...others, [option.name]: text } };
        const answer = await act(own.viewer, "autocomplete", body).catch(() => ({ choices: [] }));
        return answer.choices.map(({ name, value }) => ({ label: name, value }));
      },
      pick: (one) => {
        chosen = one;
        input.value = one.label;
        input.focus();
      },
    });
    input.addEventListener("focus", box.refresh, { once: true });
    input.addEventListener("keydown", box.handleKey);
    return { element: input, list: box.list, read: () => (chosen && chosen.label === input.value ? chosen.value : input.value) };
  }

  return form;
}
