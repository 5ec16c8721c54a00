// What the page knows, and what it remembers of the visitor's own choices over a reload.

import { get } from "./api.js";

const REMEMBERED = "backchannel-demo";

export const state = { stage: null, world: null, blog: null, story: { lines: [], is_running: true, length: 0 }, isOnline: true };

/** The visitor's own: who they are, what is open, what is half typed, how far they came; `guild` says in which demo. */
export const own = {
  guild: null,
  viewer: null,
  channel: null,
  thread: null,
  half: "discord",
  blogView: "read",
  post: null,
  tour: "on",
  stepsDone: 0,
  drafts: {},
  dismissed: [],
};

const watchers = [];

export const watch = (watcher) => watchers.push(watcher);

/** What changes when a channel is opened: on a narrow screen there is no room for a thread beside it. */
export const opening = (channel) => (matchMedia("(max-width: 40rem)").matches ? { channel, thread: null } : { channel });

/** Draw everything anew; what did not change stays as it is. */
export function draw() {
  for (const watcher of watchers) watcher();
}

/** Change what is the visitor's own, remember it, and draw. */
export function choose(change) {
  Object.assign(own, change);
  remember();
  draw();
}

export function remember() {
  sessionStorage.setItem(REMEMBERED, JSON.stringify(own));
}

/** Take up what was remembered in this demo; another one at the same address knows nobody of then. */
function recall() {
  const remembered = JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "{}");
  if (remembered.guild === state.stage.guild_id) Object.assign(own, remembered);
  own.guild = state.stage.guild_id;
}

export function keepDraft(name, value) {
  if (value) own.drafts[name] = value;
  else delete own.drafts[name];
  remember();
}

// --- finding things ---------------------------------------------------------------------------------------------

export const guild = () => state.world.guilds.find((one) => one.id === state.stage.guild_id);
export const channelOf = (id) => [...guild().channels, ...state.world.direct_messages].find((one) => one.id === id);
export const isThread = (channel) => [10, 11, 12].includes(channel.type);
export const userName = (id) => {
  const member = guild().members.find((one) => one.user.id === id);
  const user = member?.user ?? state.world.users[id];
  return member?.nick ?? user?.global_name ?? user?.username ?? "someone";
};
export const roleOf = (id) => state.stage.people.find((one) => one.id === id)?.role ?? "member";
export const authorId = () => state.stage.people.find((one) => one.role === "author").id;
export const isBot = (id) => id === state.world.bot_id;

/** Whether the viewer has all of these permission bits in a channel. */
export function may(channel, bits) {
  const wanted = BigInt(bits);
  return (BigInt(channel?.viewer_permissions ?? 0) & wanted) === wanted;
}

/** The commands of a kind (1 slash, 3 message menu) that Discord would offer the viewer in a channel. */
export function commandsFor(channel, kind) {
  return state.world.commands.filter((one) => {
    if (one.type !== kind) return false;
    const needed = one.default_member_permissions;
    return needed === null || may(channel, needed === "0" ? 8 : needed);
  });
}

// --- keeping up -------------------------------------------------------------------------------------------------

const loads = {
  discord: async () => {
    const viewer = own.viewer;
    const world = await get(`/control/world?as_user=${viewer}`);
    if (viewer === own.viewer) state.world = world;
  },
  blog: async () => {
    state.blog = await get("/control/blog");
  },
  story: async () => {
    const known = state.story.lines.at(-1)?.number ?? 0;
    const news = await get(`/stage/story?after=${known}`);
    state.story = { ...news, lines: [...state.story.lines, ...news.lines.filter((line) => line.number > known)] };
  },
};
const running = {};

/** Load one part anew and draw; a wish that comes meanwhile is granted once more afterwards. */
export async function load(name) {
  if (!(name in loads)) return undefined;
  if (running[name]) {
    running[name].isStale = true;
    return running[name].promise;
  }
  const turn = (running[name] = { isStale: false });
  turn.promise = (async () => {
    try {
      do {
        turn.isStale = false;
        await loads[name]();
      } while (turn.isStale);
    } finally {
      delete running[name];
    }
    draw();
  })();
  return turn.promise;
}

/** Become somebody else. */
export async function become(id, change = {}) {
  Object.assign(own, { viewer: id }, change);
  remember();
  await load("discord");
}

/** Load everything, then whatever the server says has changed. */
export async function begin() {
  state.stage = await get("/stage");
  recall();
  own.viewer ??= state.stage.people[0].id;
  own.channel ??= state.stage.news_id;
  await Promise.all([load("discord"), load("story"), state.stage.own_blog ? null : load("blog")]);
  const stream = new EventSource("/events");
  stream.onmessage = (event) => {
    for (const name of Object.keys(JSON.parse(event.data))) load(name).catch(() => {});
  };
  stream.onopen = () => returned().catch(() => {});
  stream.onerror = () => note(false);
}

/** The demo answers (again); when it is another one by now, the page begins anew. */
async function returned() {
  if (!state.isOnline && (await get("/stage")).guild_id !== own.guild) location.reload();
  note(true);
}

function note(isOnline) {
  if (state.isOnline === isOnline) return;
  state.isOnline = isOnline;
  draw();
}
