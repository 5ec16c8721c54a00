// Links: what leads to the small blog opens in the right half, all else in a tab of its own.

import { el } from "./dom.js";
import { choose, state } from "./state.js";

/** Return a link; the caller's text is its content. */
export function link(address, ...content) {
  const post = postAt(address);
  const props = post
    ? { href: address, on: { click: (event) => openHere(event, post, address) } }
    : { href: address, target: "_blank", rel: "noopener noreferrer nofollow" };
  return el("a", props, ...content);
}

function postAt(address) {
  if (!state.blog || !address.startsWith(`${state.blog.url}/`)) return null;
  return state.blog.posts.find((post) => post.address === address.split("#")[0]) ?? null;
}

function openHere(event, post, address) {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  choose({ half: "blog", blogView: "read", post: post.id });
  const comment = document.getElementById(address.split("#")[1] ?? "");
  if (comment) {
    comment.scrollIntoView({ block: "center" });
    comment.focus({ preventScroll: true });
  }
}
