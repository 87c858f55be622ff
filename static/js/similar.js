// Problems like the one being described, while it is typed, into [data-similar]. Without this script a button asks for them.
const WAIT = 600;
const ENOUGH = 8;

const place = document.querySelector("[data-similar]");
const form = place?.closest("form");
let timer = 0;
let request = null;

function said(name) {
  return form.elements.namedItem(name)?.value ?? "";
}

async function look() {
  const words = { title: said("title"), symptom: said("symptom").slice(0, 1000), codes: said("code_text"), product: said("product_id") };
  if ((words.title + words.symptom + words.codes).trim().length < ENOUGH) return;
  request?.abort();
  request = new AbortController();
  try {
    const address = new URL(place.dataset.similar, location.href);
    Object.entries(words).forEach(([name, value]) => address.searchParams.set(name, value));
    const answer = await fetch(address, { signal: request.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...page.body.children);
  } catch {
    // A newer question is under way, or the server is away: what stands there stays.
  }
}

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(look, WAIT);
});
