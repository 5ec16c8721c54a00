// Select menus of every kind, in messages and in forms.

import { el } from "./dom.js";
import { guild, isThread, userName } from "./state.js";

const STRING = 3;
const USER = 5;
const ROLE = 6;
const MENTIONABLE = 7;

/** Return `{element, read}`; `read` gives the chosen values. */
export function selectFor(one) {
  const isMany = (one.max_values ?? 1) > 1;
  const options = optionsOf(one);
  const element = el(
    "select",
    { multiple: isMany, disabled: Boolean(one.disabled), "aria-label": one.placeholder ?? "Choose", data: { focus: one.custom_id } },
    isMany ? null : el("option", { value: "" }, one.placeholder ?? "Choose"),
    options.map(({ label, value, isChosen }) => el("option", { value, selected: isChosen }, label)),
  );
  if (isMany) element.size = Math.min(6, Math.max(2, options.length));
  const read = () => {
    const chosen = [...element.selectedOptions].map((option) => option.value).filter(Boolean);
    return chosen.length || one.required !== false ? chosen : undefined;
  };
  return { element, read };
}

function optionsOf(one) {
  if (one.type === STRING) {
    return one.options.map((option) => ({
      label: option.description ? `${option.label}: ${option.description}` : option.label,
      value: option.value,
      isChosen: Boolean(option.default),
    }));
  }
  const chosen = new Set((one.default_values ?? []).map((each) => each.id));
  return choicesOf(one.type, one.channel_types).map((each) => ({ ...each, isChosen: chosen.has(each.value) }));
}

/** Return what a menu of people, roles or channels offers, as `{label, value}`. */
export function choicesOf(type, channelTypes) {
  const people = guild().members.map(({ user }) => ({ label: userName(user.id), value: user.id }));
  const roles = guild().roles.filter((role) => role.id !== guild().id).map((role) => ({ label: role.name, value: role.id }));
  if (type === USER) return people;
  if (type === ROLE) return roles;
  if (type === MENTIONABLE) return [...people, ...roles];
  return guild()
    .channels.filter((channel) => (channelTypes?.length ? channelTypes.includes(channel.type) : !isThread(channel)))
    .map((channel) => ({ label: `#${channel.name}`, value: channel.id }));
}
