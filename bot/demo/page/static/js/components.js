// What a message of the bot is made of: texts, pictures, buttons, menus, in containers.

import { el } from "./dom.js";
import { interact, isBusy } from "./interact.js";
import { link } from "./links.js";
import { markdown } from "./markdown.js";
import { selectFor } from "./select.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger" };
const LINK = 5;

const MAKERS = {
  1: (one, message) => el("div", { className: "row" }, inside(one, message)),
  2: button,
  3: menu,
  5: menu,
  6: menu,
  7: menu,
  8: menu,
  9: (one, message) => el("div", { className: "section" }, el("div", {}, inside(one, message)), components([one.accessory], message)),
  10: (one) => el("div", { className: "text" }, markdown(one.content)),
  11: (one) => picture(one),
  12: (one) => el("div", { className: "gallery" }, one.items.map(picture)),
  14: () => el("hr"),
  17: (one, message) => el("div", { className: one.spoiler ? "card veiled" : "card" }, inside(one, message)),
};

/** Return the elements of a message's components. */
export const components = (list, message) => list.map((one) => MAKERS[one.type]?.(one, message) ?? null);

const inside = (one, message) => components(one.components, message);

function button(one, message) {
  const label = [one.emoji?.name ? `${one.emoji.name} ` : "", one.label ?? ""].join("");
  if (one.style === LINK) {
    const anchor = link(one.url, label, el("span", { className: "out", "aria-hidden": "true" }, " ↗"));
    anchor.className = "button secondary";
    return anchor;
  }
  const name = `${message.id}:${one.custom_id}`;
  const press = () => interact(name, "press", { message_id: message.id, button: one.custom_id });
  return el(
    "button",
    {
      type: "button",
      className: `button ${STYLES[one.style] ?? "secondary"}`,
      disabled: Boolean(one.disabled),
      "aria-busy": isBusy(name) ? "true" : null,
      data: { focus: one.custom_id, tour: one.style === 3 ? "agree" : "" },
      on: { click: press },
    },
    label,
  );
}

function menu(one, message) {
  const { element, read } = selectFor(one);
  const name = `${message.id}:${one.custom_id}`;
  element.addEventListener("change", () => {
    const values = read() ?? [];
    if (values.length >= (one.min_values ?? 1)) interact(name, "select", { message_id: message.id, menu: one.custom_id, values });
  });
  return element;
}

function picture(one) {
  const alt = one.description ?? "";
  const figure = el("figure", { className: one.spoiler ? "picture veiled" : "picture" });
  const failed = () => figure.replaceChildren(el("p", { className: "missing" }, alt ? `Picture: ${alt}` : "This picture cannot be shown."));
  figure.append(el("img", { src: one.media.url, alt, loading: "lazy", on: { error: failed } }));
  return figure;
}
