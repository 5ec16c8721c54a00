// The strip: what the bot just did, in its own log's words, and where that stands in its ledger.

import { get, post } from "./api.js";
import { clockWithSeconds, el, keyed, stickToEnd } from "./dom.js";
import { channelOf, load, state } from "./state.js";
import { attempt } from "./toast.js";

const WORDS = {
  ready: "ready",
  ended: "the process ended",
  commands_synced: "commands told to Discord",
  blog_connected: "blog connected",
  feed_remembered: "archive remembered in silence",
  post_decided: "post seen",
  announced: "announced",
  thread_opened: "thread opened",
  sent: "message sent",
  agreed: "consent",
  decided: "author decided",
  commented: "comment",
  not_commented: "not commented",
  edited: "edit seen",
  edit_agreed: "consent to an edit",
  edit_not_made: "edit not made",
  withdrawn: "withdrawn",
  removed: "comment removed",
  moderated: "author moderated",
  moderated_on_blog: "the blog decided",
  removals_held: "removals held",
  removals_decided: "removals decided",
  stance_taken: "author on a writer",
  caught_up: "thread read",
  comes_back: "tried again later",
};

const root = document.getElementById("strip");
const light = el("p", { className: "light", role: "status" });
const kill = el("button", { type: "button", className: "tool" });
const list = el("ol", { tabIndex: 0, "aria-label": "The bot’s log" });

let isSteering = false;

/** Build what stays. */
export function beginStrip() {
  kill.addEventListener("click", steer);
  root.append(el("div", { className: "side" }, light, kill), list);
}

/** Draw the strip. */
export function drawStrip() {
  const { is_running: isRunning } = state.story;
  const isReady = state.story.lines.findLast(({ event }) => event === "ready" || event === "ended")?.event !== "ended";
  const shown = !state.isOnline ? "The demo was stopped" : !isRunning ? "The bot is dead" : isReady ? "The bot is running" : "The bot is starting";
  if (light.textContent !== shown) light.textContent = shown;
  light.dataset.on = String(isRunning && state.isOnline);
  kill.textContent = isSteering ? "One moment …" : isRunning ? "Kill it" : "Start it again";
  kill.disabled = isSteering;
  kill.title = isRunning ? "SIGKILL, in the middle of whatever it does: nothing is lost and nothing doubled" : "It takes up where it was";
  stickToEnd(list, () => keyed(list, state.story.lines, { key: (line) => line.number, sign: (line) => line.number, make: row }));
}

async function steer() {
  isSteering = true;
  drawStrip();
  await attempt(() => post(`/stage/bot/${state.story.is_running ? "kill" : "start"}`));
  isSteering = false;
  await load("story");
}

function row(line) {
  const words = WORDS[line.event] ?? line.event.replaceAll("_", " ");
  return el(
    "li",
    { data: { level: line.level, event: line.event } },
    el("time", { dateTime: line.at }, clockWithSeconds(line.at)),
    el("strong", {}, line.event === "commented" ? `comment ${line.keys.state ?? ""}`.trim() : words),
    el("bdi", { className: "detail" }, detail(line)),
    hasRow(line) ? el("button", { type: "button", className: "quiet", "aria-label": `Ledger row: ${words}`, on: { click: () => showRow(line) } }, "ledger row") : null,
  );
}

function detail({ event, keys }) {
  const channel = channelOf(keys.channel)?.name;
  if (event === "announced" || event === "post_decided") return [path(keys.guid), keys.decision, channel && `in #${channel}`].filter(Boolean).join(" ");
  if (event === "thread_opened") return channelOf(keys.thread)?.name ?? keys.thread;
  if (event === "sent") return [keys.purpose?.replaceAll("_", " "), channel && `in ${channel}`].filter(Boolean).join(" ");
  if (event === "caught_up") return [channelOf(keys.thread)?.name ?? keys.thread, keys.gone !== "0" && `${keys.gone} deleted meanwhile`].filter(Boolean).join(": ");
  if (event === "commented") return `reply ${keys.relay} is comment ${keys.comment}`;
  const outcome = keys.state ?? keys.step ?? keys.status ?? keys.stance ?? keys.reason;
  if (keys.relay && outcome) return `reply ${keys.relay}: ${outcome.replaceAll("_", " ")}`;
  return Object.entries(keys).map(([name, value]) => `${name}=${value}`).join(" ");
}

/** Return an address' path as people read it, kept from turning round what stands beside it. */
function path(address) {
  try {
    return `\u2068${decodeURI(new URL(address).pathname)}\u2069`;
  } catch {
    return address;
  }
}

// --- the ledger's row -------------------------------------------------------------------------------------------

const hasRow = (line) => "relay" in line.keys || ["announced", "thread_opened"].includes(line.event);

async function showRow(line) {
  const body = el("div", { className: "body" }, el("p", {}, "Asking backchannel status …"));
  const close = el("button", { type: "button", className: "button secondary", on: { click: () => dialog.close() } }, "Close");
  const dialog = el("dialog", { className: "ledger", "aria-labelledby": "ledger-title", on: { close: () => dialog.remove() } }, el("h2", { id: "ledger-title" }, "The ledger"), body, el("div", { className: "row end" }, close));
  document.body.append(dialog);
  dialog.showModal();
  try {
    const { status, error } = await get("/stage/ledger");
    body.replaceChildren(...(error ? [el("p", {}, error)] : found(line, status)));
  } catch (error) {
    body.replaceChildren(el("p", {}, error.message));
  }
}

function found(line, status) {
  const rows = rowsOf(line, status);
  const due = status.due === "0" ? "Nothing waits." : `${status.due} waiting to be done.`;
  return [el("p", { className: "hint" }, `As backchannel status --json tells it now. ${due}`), ...(rows.length ? rows.map(table) : [el("p", {}, "No row tells of it any more.")])];
}

function rowsOf(line, status) {
  const { keys } = line;
  if (line.event === "announced") return status.announcements.filter((row) => row.message_id === keys.message);
  if (line.event === "thread_opened") return status.announcements.filter((row) => row.thread_id === keys.thread);
  const comment = keys.comment ?? state.story.lines.findLast((one) => one.keys.relay === keys.relay && one.keys.comment)?.keys.comment;
  const exact = status.relays.filter((row) => comment && row.comment_id === comment);
  return exact.length ? exact : status.relays.filter((row) => row.comment_id === null);
}

const table = (row) => el("dl", {}, Object.entries(row).map(([name, value]) => [el("dt", {}, name), el("dd", {}, el("bdi", {}, value ?? "–"))]));

/** Whether the bot has told an event since the visitor came. */
export const hasHappened = (event, keys = {}) =>
  state.story.lines.some((line) => line.number > state.stage.opening && line.event === event && Object.entries(keys).every(([name, value]) => line.keys[name] === value));

