// Short notices for the visitor.

import { el } from "./dom.js";

const SHOWN_MILLISECONDS = 7000;

/** Say a sentence for a few seconds; screen readers hear it. */
export function toast(sentence) {
  const note = el("p", {}, sentence);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), SHOWN_MILLISECONDS);
}

/** Do something and say why if it is refused. Returns what it gave, or undefined. */
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    toast(error.message);
    return undefined;
  }
}
