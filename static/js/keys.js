// Keys on every page: "/" goes to the search box, j and k walk through what was found, as do the arrows on a result.
// Single keys can be turned off where [data-keys] stands (the help page): some people speak their keys.
const NAME = "keys";
const TYPED_IN = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";
const FOUND = "[data-hits] h3 a";

function areOn() {
  try { return localStorage.getItem(NAME) !== "off"; } catch { return true; }
}

function searchBox() {
  return [...document.querySelectorAll("main input[type=search], header input[type=search]")].find((box) => box.offsetParent);
}

function walk(step) {
  const found = [...document.querySelectorAll(FOUND)];
  const at = found.indexOf(document.activeElement);
  const next = at < 0 ? found[step > 0 ? 0 : found.length - 1] : found[at + step];
  (next ?? (step < 0 ? searchBox() : null))?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const letter = { j: 1, k: -1 }[event.key];
  if (arrow && document.activeElement?.matches(FOUND)) {
    event.preventDefault();
    walk(arrow);
  } else if (!areOn() || event.target.closest?.(TYPED_IN)) {
    return;
  } else if (event.key === "/" && searchBox()) {
    event.preventDefault();
    searchBox().focus();
    searchBox().select();
  } else if (letter && document.querySelector(FOUND)) {
    event.preventDefault();
    walk(letter);
  }
});

for (const button of document.querySelectorAll("[data-keys]")) {
  const show = () => { button.textContent = areOn() ? "Turn single keys off" : "Turn single keys on"; };
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    try { localStorage.setItem(NAME, areOn() ? "off" : "on"); } catch { /* Nothing can be kept here. */ }
    show();
  });
}
