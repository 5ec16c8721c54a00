// Returns what is too faint to read (WCAG AA) and which control has no name, among all that is visible.
() => {
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return text.startsWith("color(") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = (top, below) => top.slice(0, 3).map((one, index) => one * top[3] + below[index] * (1 - top[3]));
  const linear = (one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
  const light = (colour) => {
    const [r, g, b] = colour.map((one) => linear(one / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    const own = parse(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, ground(element.parentElement));
  };
  const contrast = (element) => {
    const below = ground(element);
    const above = over(parse(getComputedStyle(element).color), below);
    const [brighter, darker] = [light(above), light(below)].sort((one, other) => other - one);
    return (brighter + 0.05) / (darker + 0.05);
  };
  const enough = (element) => {
    const { fontSize, fontWeight } = getComputedStyle(element);
    const size = parseFloat(fontSize);
    return size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5;
  };
  const isSeen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });

  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const words = texts.currentNode.data.trim();
    const element = texts.currentNode.parentElement;
    if (!words || !isSeen(element)) continue;
    if (element.closest("[disabled], [aria-hidden=true], script, noscript, .unseen, option")) continue;
    if (contrast(element) < enough(element)) found.push(`faint, ${contrast(element).toFixed(2)}: ${words.slice(0, 40)}`);
  }
  const nameOf = (control) => {
    const labels = [...(control.labels ?? [])].map((label) => label.textContent);
    const by = document.getElementById(control.getAttribute("aria-labelledby") ?? "")?.textContent;
    const content = control.matches("input, select, textarea") ? "" : control.textContent;
    return [control.getAttribute("aria-label"), by, control.alt, content, ...labels].filter(Boolean).join(" ").trim();
  };
  for (const control of document.querySelectorAll("a[href], button, input, select, textarea, dialog, iframe, [role=menu]")) {
    if (control.checkVisibility() && !nameOf(control) && !control.title) found.push(`nameless: ${control.outerHTML.slice(0, 120)}`);
  }
  return found;
}
