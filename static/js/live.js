// Looks again while something on the page goes on: the part marked [data-live] is replaced by its newer self, until that
// says "done". Without this script a link does the same.
const EVERY = 2000;

async function look() {
  const old = document.querySelector("[data-live]");
  if (!old || old.dataset.live === "done") return;
  if (!document.hidden && !old.contains(document.activeElement)) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const newer = page.querySelector("[data-live]");
      if (!answer.ok || !newer) return;
      old.replaceWith(newer);
    } catch {
      // The server is away for a moment: look again.
    }
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
