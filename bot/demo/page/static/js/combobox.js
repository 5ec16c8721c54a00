// A list of suggestions under a text field. The field keeps the focus; arrow keys walk through the list.

import { el } from "./dom.js";

let lists = 0;

/**
 * Offer suggestions while the visitor types. `suggest(text)` gives `[{label, note?, value}]` (or a promise of it),
 * `pick(one)` is told of the choice. Returns `{list, handleKey, refresh, close}`; put `list` beside the field.
 */
export function combobox(field, { suggest, pick, waits = 0 }) {
  const id = `suggestions-${(lists += 1)}`;
  const list = el("ul", { id, role: "listbox", className: "suggestions", hidden: true, "aria-label": "Suggestions" });
  let found = [];
  let active = 0;
  let turn = 0;
  let timer;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", id);
  field.setAttribute("aria-expanded", "false");
  field.autocomplete = "off";
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, waits);
  });
  field.addEventListener("blur", () => setTimeout(close, 150));

  async function refresh() {
    const mine = (turn += 1);
    const offered = await suggest(field.value);
    if (mine !== turn) return;
    found = offered;
    active = 0;
    show();
  }

  function show() {
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    if (found.length) field.setAttribute("aria-activedescendant", `${id}-${active}`);
    else field.removeAttribute("aria-activedescendant");
    list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  const option = (one, index) =>
    el(
      "li",
      { id: `${id}-${index}`, role: "option", "aria-selected": String(index === active), on: { pointerdown: (event) => { event.preventDefault(); take(one); } } },
      el("bdi", {}, one.label),
      one.note ? el("span", {}, one.note) : null,
    );

  function take(one) {
    close();
    pick(one);
  }

  function close() {
    turn += 1;
    found = [];
    show();
  }

  /** Handle a key of the field; returns whether it was ours. */
  function handleKey(event) {
    if (list.hidden) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      active = (active + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      show();
    } else if (event.key === "Enter" || event.key === "Tab") take(found[active]);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  return { list, handleKey, refresh, close };
}
