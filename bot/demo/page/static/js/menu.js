// The menu of one message, with its *Apps*. Arrow keys move, Escape closes and gives the focus back.

import { act } from "./api.js";
import { el } from "./dom.js";
import { interact } from "./interact.js";
import { channelOf, choose, commandsFor, may, own, userName, state } from "./state.js";
import { attempt } from "./toast.js";

const EMOJI = ["👍", "❤️", "🎉"];
const MANAGE_MESSAGES = 1 << 13;
const MARGIN = 8;

let open = null;

/** Open the menu of a message beside `place` (an element) or at a point `{x, y}`. */
export function openMenu(message, place, opener) {
  closeMenu();
  const menu = el("div", { role: "menu", className: "menu", "aria-label": "Message", on: { keydown: move } }, groups(message));
  document.body.append(menu);
  put(menu, place instanceof Element ? place.getBoundingClientRect() : { right: place.x, left: place.x, bottom: place.y, top: place.y });
  open = { menu, opener };
  menu.querySelector("[role=menuitem]").focus();
  document.addEventListener("pointerdown", away, true);
}

export function closeMenu(givesFocusBack = false) {
  if (!open) return;
  const { menu, opener } = open;
  open = null;
  menu.remove();
  document.removeEventListener("pointerdown", away, true);
  if (givesFocusBack) opener?.focus();
}

const away = (event) => {
  if (!open?.menu.contains(event.target)) closeMenu();
};

function put(menu, near) {
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(MARGIN, Math.min(near.right - width, innerWidth - width - MARGIN))}px`;
  const below = near.bottom + 4;
  menu.style.top = `${Math.max(MARGIN, below + height > innerHeight - MARGIN ? near.top - height - 4 : below)}px`;
}

function groups(message) {
  const channel = channelOf(message.channel_id);
  const isMine = message.author.id === own.viewer;
  const apps = commandsFor(channel, 3);
  return [
    el(
      "div",
      { role: "group", "aria-label": "Reactions", className: "faces" },
      EMOJI.map((emoji) => item(emoji, () => react(message, emoji), `React with ${emoji}`)),
    ),
    item("Reply", () => choose({ answering: { ...own.answering, [channel.id]: message.id } })),
    isMine ? item("Edit message", () => choose({ editing: message.id })) : null,
    isMine || may(channel, MANAGE_MESSAGES) ? item("Delete message", () => remove(message), null, "danger") : null,
    apps.length
      ? el("div", { role: "group", "aria-label": "Apps" }, el("p", { "aria-hidden": "true" }, "Apps"), apps.map((app) => appItem(app, message)))
      : null,
  ];
}

function appItem(app, message) {
  const use = () => interact(`${message.id}:${app.name}`, "use_menu", { name: app.name, channel_id: message.channel_id, message_id: message.id });
  const entry = item(app.name, use);
  entry.append(el("span", { className: "of" }, userName(state.world.bot_id)));
  entry.dataset.tour = "app";
  return entry;
}

function item(label, action, spoken, kind = "") {
  const run = () => {
    closeMenu(true);
    action();
  };
  return el("button", { type: "button", role: "menuitem", tabIndex: -1, className: kind, "aria-label": spoken ?? null, on: { click: run } }, label);
}

function move(event) {
  const all = [...open.menu.querySelectorAll("[role=menuitem]")];
  const here = all.indexOf(document.activeElement);
  const steps = { ArrowDown: here + 1, ArrowRight: here + 1, ArrowUp: here - 1, ArrowLeft: here - 1, Home: 0, End: all.length - 1 };
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    closeMenu(true);
  } else if (event.key in steps) {
    event.preventDefault();
    all.at(steps[event.key] % all.length).focus();
  }
}

/** Add the viewer's reaction, or take it away. */
export function react(message, emoji) {
  const isMine = message.reacted_by[emoji]?.includes(own.viewer);
  const body = { channel_id: message.channel_id, message_id: message.id, emoji };
  return attempt(() => act(own.viewer, isMine ? "unreact" : "react", body));
}

const remove = (message) => attempt(() => act(own.viewer, "delete", { channel_id: message.channel_id, message_id: message.id }));

/** Whether a message has a menu for the viewer: not what only they see, and not Discord's own lines. */
export const hasMenu = (message) => !message.ephemeral_for && ![18, 21].includes(message.type);
