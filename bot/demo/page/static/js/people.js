// Faces and names.

import { el } from "./dom.js";
import { guild, isBot, roleOf, userName } from "./state.js";

const TONES = 8;
const ROLES = { author: "the author", member: "member", newcomer: "newcomer" };

export const roleWords = (id) => ROLES[roleOf(id)];

/** Return a drawn face: the first letter of the name in one of a few tones. */
export function face(id, name = userName(id)) {
  const tone = isBot(id) ? "bot" : String(guild().members.findIndex(({ user }) => user.id === id) % TONES);
  const letters = [...name.trim()];
  return el("span", { className: "face", "aria-hidden": "true", data: { tone } }, letters[0]?.toUpperCase() ?? "?");
}

export const nameOf = (id, name = userName(id)) => el("bdi", { className: "name" }, name);
