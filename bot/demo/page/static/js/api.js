// Everything the visitor does goes through the control planes, as JSON over HTTP.

const CALM = "X-Refusals-Are-Answers";

/** The server said no; the message is a sentence for the visitor. */
export class Refused extends Error {}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, { ...options, headers: { "Content-Type": "application/json", [CALM]: "1" } });
  } catch {
    throw new Refused("The demo does not answer. Was it stopped?");
  }
  const body = await answer.json().catch(() => ({}));
  const status = Number(answer.headers.get(CALM) ?? answer.status);
  if (status !== 200) throw new Refused(sentence(status, body));
  return body;
}

function sentence(status, body) {
  if (status === 504) return "The application did not respond.";
  return body.error ?? `The demo answered ${status}.`;
}

export const get = (path) => ask(path);

export const post = (path, body = {}) =>
  ask(path, { method: "POST", body: JSON.stringify(body) });

/** Let a member do something: `act(id, "say", {channel_id, text})`. */
export const act = (userId, action, body) => post(`/control/members/${userId}/${action}`, body);
