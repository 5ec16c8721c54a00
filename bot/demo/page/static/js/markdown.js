// Discord's Markdown, as far as people and the bot use it, made into elements. Everything else stays text.

import { ago, clock, day, el } from "./dom.js";
import { channelOf, own, userName } from "./state.js";
import { link } from "./links.js";

const INLINE = [
  { pattern: /^\\([^\sa-zA-Z0-9])/, make: (m) => m[1] },
  { pattern: /^``([^]+?)``|^`([^`]+)`/, make: (m) => el("code", {}, m[1] ?? m[2]) },
  { pattern: /^\*\*\*([^]+?)\*\*\*(?!\*)/, make: (m) => el("strong", {}, el("em", {}, inline(m[1]))) },
  { pattern: /^\*\*((?:\\[^]|[^])+?)\*\*(?!\*)/, make: (m) => el("strong", {}, inline(m[1])) },
  { pattern: /^__((?:\\[^]|[^])+?)__(?!_)/, make: (m) => el("u", {}, inline(m[1])) },
  { pattern: /^~~((?:\\[^]|[^])+?)~~/, make: (m) => el("s", {}, inline(m[1])) },
  { pattern: /^\|\|((?:\\[^]|[^])+?)\|\|/, make: (m) => spoiler(m[1]) },
  { pattern: /^\*(?=\S)((?:\\[^]|\*\*[^]+?\*\*|[^*\\])+?)\*(?!\*)/, make: (m) => el("em", {}, inline(m[1])) },
  { pattern: /^_((?:\\[^]|[^_\\])+?)_(?![a-zA-Z0-9])/, make: (m) => el("em", {}, inline(m[1])) },
  { pattern: /^\[((?:\\[^]|[^\]\\])+)\]\(<?(https?:\/\/[^\s<>]+?)>?\)/, make: (m) => link(m[2], inline(m[1])) },
  { pattern: /^<(https?:\/\/[^\s<>]+)>/, make: (m) => link(m[1], m[1]) },
  { pattern: /^https?:\/\/[^\s<>]*[^\s<>.,:;"')\]]/, make: (m) => link(m[0], m[0]) },
  { pattern: /^<@!?(\d+)>/, make: (m) => mention(`@${userName(m[1])}`, m[1] === own.viewer) },
  { pattern: /^<@&\d+>/, make: () => mention("@role") },
  { pattern: /^<#(\d+)>/, make: (m) => mention(`#${channelOf(m[1])?.name ?? "channel"}`) },
  { pattern: /^<\/([^:>]+):\d+>/, make: (m) => mention(`/${m[1]}`) },
  { pattern: /^<a?:(\w+):\d+>/, make: (m) => `:${m[1]}:` },
  { pattern: /^<t:(-?\d+)(?::([tTdDfFR]))?>/, make: (m) => moment(Number(m[1]) * 1000, m[2]) },
];
const NEXT = /[\\`*_~|[<h]/;

/** Return nodes for one run of text. */
function inline(text) {
  const nodes = [];
  let plain = "";
  let rest = text;
  while (rest) {
    const found = match(rest, nodes.length === 0 && !plain ? "" : text[text.length - rest.length - 1]);
    if (found) {
      if (plain) nodes.push(plain);
      plain = "";
      nodes.push(found.node);
      rest = rest.slice(found.length);
      continue;
    }
    const step = Math.max(1, rest.slice(1).search(NEXT) + 1 || rest.length);
    plain += rest.slice(0, step);
    rest = rest.slice(step);
  }
  if (plain) nodes.push(plain);
  return nodes;
}

function match(rest, before) {
  for (const { pattern, make } of INLINE) {
    if (rest[0] === "_" && rest[1] !== "_" && /[a-zA-Z0-9]/.test(before ?? "")) continue;
    const found = pattern.exec(rest);
    if (found) return { node: make(found), length: found[0].length };
  }
  return null;
}

function spoiler(text) {
  const show = (event) => event.currentTarget.setAttribute("aria-expanded", "true");
  return el("button", { type: "button", className: "spoiler", "aria-label": "Spoiler", "aria-expanded": "false", on: { click: show } }, el("span", {}, inline(text)));
}

const mention = (text, isMe = false) => el("span", { className: isMe ? "mention me" : "mention" }, el("bdi", {}, text));

function moment(at, style) {
  const time = new Date(at);
  const shown = style === "R" ? ago(time) : style === "t" || style === "T" ? clock(time) : `${day(time)}, ${clock(time)}`;
  return el("time", { dateTime: time.toISOString() }, shown);
}

const BLOCKS = [
  { pattern: /^```(?:[\w+-]+\n)?\n?([^]*?)\n?```\n?/, make: (m) => el("pre", {}, el("code", {}, m[1])) },
  { pattern: /^(#{1,3}) ([^\n]+)(?:\n|$)/, make: (m) => el("p", { className: `heading h${m[1].length}` }, inline(m[2])) },
  { pattern: /^-# ([^\n]+)(?:\n|$)/, make: (m) => el("p", { className: "small" }, inline(m[1])) },
  { pattern: /^((?:> ?[^\n]*(?:\n|$))+)/, make: (m) => el("blockquote", {}, markdown(m[1].replace(/^> ?/gm, "").replace(/\n$/, ""))) },
  { pattern: /^((?: *[-*] [^\n]+(?:\n|$))+)/, make: (m) => el("ul", {}, items(m[1], /^ *[-*] /)) },
  { pattern: /^((?: *\d+\. [^\n]+(?:\n|$))+)/, make: (m) => el("ol", {}, items(m[1], /^ *\d+\. /)) },
];

const items = (text, mark) => text.replace(/\n$/, "").split("\n").map((line) => el("li", {}, inline(line.replace(mark, ""))));

/** Return nodes for a whole text. */
export function markdown(text) {
  const nodes = [];
  let lines = [];
  let rest = text;
  const flush = () => {
    if (lines.length) nodes.push(el("p", { dir: "auto" }, inline(lines.join("\n"))));
    lines = [];
  };
  while (rest) {
    const block = BLOCKS.map(({ pattern, make }) => ({ found: pattern.exec(rest), make })).find(({ found }) => found);
    if (block) {
      flush();
      const node = block.make(block.found);
      node.dir = "auto";
      nodes.push(node);
      rest = rest.slice(block.found[0].length);
      continue;
    }
    const end = rest.indexOf("\n");
    lines.push(end < 0 ? rest : rest.slice(0, end));
    rest = end < 0 ? "" : rest.slice(end + 1);
  }
  flush();
  return nodes;
}

/** Whether a text is nothing but a few emoji: those are shown large. */
export const isJumbo = (text) => /^(?:\s*(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\u200d|\ufe0f)){1,81}\s*$/u.test(text) && !/^[\s\d#*]+$/.test(text);
