// Starts the page: loads everything once, draws it, and from then on draws what changed.

import { beginBlog, drawBlog } from "./blog.js";
import { drawDiscord } from "./discord.js";
import { closeMenu } from "./menu.js";
import { begin, choose, draw, own, watch } from "./state.js";
import { beginStrip, drawStrip } from "./strip.js";
import { attempt } from "./toast.js";
import { drawTour } from "./tour.js";

const halves = document.getElementById("halves");

function drawHalves() {
  document.body.dataset.half = own.half;
  for (const button of halves.children) button.setAttribute("aria-pressed", String(button.dataset.half === own.half));
}

halves.addEventListener("click", (event) => {
  const { half } = event.target.dataset;
  if (half) choose({ half });
});
addEventListener("resize", () => closeMenu());

await attempt(async () => {
  await begin();
  beginBlog();
  beginStrip();
  for (const part of [drawHalves, drawDiscord, drawBlog, drawStrip, drawTour]) watch(part);
  draw();
  document.body.dataset.ready = "true";
});
