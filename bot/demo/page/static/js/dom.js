// Building and mending the document. Text only ever becomes text: nothing here parses HTML.

/** Return an element. `props` are set as properties where the element has them, else as attributes; `on` holds listeners. */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else if (name in element && !name.startsWith("aria") && name !== "list" && name !== "role") {
      element[name] = value;
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * Make `parent` hold one child for each item, in order. A child is made anew only when its signature changed, so that
 * what the visitor has focused, opened or half typed stays as it is.
 */
export function keyed(parent, items, { key, sign, make }) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map((item) => {
    const name = String(key(item));
    const signature = sign(item);
    const before = old.get(name);
    if (before && before.signature === signature) return before;
    const fresh = make(item);
    fresh.dataset.key = name;
    fresh.signature = signature;
    if (before) handFocusOver(before, fresh);
    return fresh;
  });
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
    child.afterInsert?.();
    child.afterInsert = undefined;
  });
}

function handFocusOver(before, fresh) {
  if (!before.contains(document.activeElement)) return;
  const name = document.activeElement.dataset.focus;
  fresh.afterInsert = () => {
    const heir = [...fresh.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === name);
    (heir ?? fresh).focus({ preventScroll: true });
  };
}

const NEAR_END_PIXELS = 60;

/** Keep a scrolled list at its end while its reader is there, also when a picture arrives or its width changes. */
export function stickToEnd(list, change) {
  if (list.isStuck === undefined) {
    list.isStuck = true;
    const goToEnd = () => {
      if (list.isStuck) list.scrollTop = list.scrollHeight;
    };
    list.addEventListener("scroll", () => {
      list.isStuck = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PIXELS;
    });
    list.addEventListener("load", goToEnd, true);
    new ResizeObserver(goToEnd).observe(list);
  }
  change();
  if (list.isStuck) list.scrollTop = list.scrollHeight;
}

const hours = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const seconds = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const days = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export const clock = (at) => hours.format(new Date(at));
export const clockWithSeconds = (at) => seconds.format(new Date(at));
export const day = (at) => days.format(new Date(at));

/** Return "2 minutes ago". */
export function ago(at) {
  const passed = (new Date(at) - Date.now()) / 1000;
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(passed) >= size) return relative.format(Math.round(passed / size), unit);
  }
  return "just now";
}
