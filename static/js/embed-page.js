// Where a frame is chosen: shows it anew when a choice changes, fits it to its content, and copies what is to be pasted.
// Without this script the button shows it, the frame scrolls, and the text is selected by hand.
const form = document.querySelector("[data-embed]");
const place = document.querySelector("[data-shown]");
let request = null;

function prepare() {
  place.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
  const frame = place.querySelector("[data-frame]");
  frame?.addEventListener("load", () => frame.contentWindow.postMessage({ fixlore: "hello" }, location.origin));
  frame?.contentWindow?.postMessage({ fixlore: "hello" }, location.origin);
}

async function show() {
  request?.abort();
  request = new AbortController();
  const address = new URL(form.action);
  new FormData(form).forEach((value, name) => name.endsWith("_choice") || address.searchParams.set(name, value));
  try {
    const answer = await fetch(address, { signal: request.signal });
    const newer = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-shown]");
    if (!answer.ok || !newer?.querySelector("[data-frame]")) return;
    place.replaceChildren(...newer.children);
    history.replaceState(null, "", address);
    prepare();
  } catch {
    // A newer choice is under way, or the server is away: the button still asks for the page.
  }
}

async function copy(button) {
  const text = document.getElementById(button.dataset.copy);
  text.select();
  let done = true;
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    done = document.execCommand("copy");
  }
  place.querySelector("[data-copied]").textContent = done ? "Copied." : "Copy it with your keyboard: it is selected.";
  if (done) button.firstChild.textContent = "Copied";
}

addEventListener("message", ({ source, origin, data }) => {
  const frame = place.querySelector("[data-frame]");
  if (origin !== location.origin || !frame || source !== frame.contentWindow || data?.fixlore !== "height") return;
  if (Number.isFinite(data.height)) frame.height = String(Math.min(Math.max(Math.ceil(data.height), 80), 4000) + 2);
});
place.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-copy]");
  if (button) copy(button);
});
form.addEventListener("change", show);
prepare();
