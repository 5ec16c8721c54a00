// What the viewer starts with the bot: the answer is a message that comes by itself, or a form that opens here.

import { act } from "./api.js";
import { openForm } from "./form.js";
import { load, own } from "./state.js";
import { attempt } from "./toast.js";

const busy = new Set();

export const isBusy = (name) => busy.has(name);

/** Start an interaction; `name` tells which control is waiting meanwhile. */
export async function interact(name, action, body) {
  if (busy.has(name)) return;
  busy.add(name);
  await load("discord");
  try {
    const answer = await attempt(() => act(own.viewer, action, body));
    if (answer?.modal) openForm(answer);
  } finally {
    busy.delete(name);
    await load("discord");
  }
}
