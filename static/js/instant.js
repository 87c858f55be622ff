// Says when instant results are late or do not come; what was found before stays. Without scripts the form asks for a page.
const PATIENCE = 1500;
const LATE = "Still searching. What stands below is what was found before.";
const FAILED = "The search did not answer. What stands below is what was found before; press Enter to try again.";

const form = document.querySelector("[data-instant]");
const trouble = document.getElementById("search-trouble");
let timer = 0;

function say(words) {
  clearTimeout(timer);
  if (trouble.textContent !== words) trouble.textContent = words;
}

form.addEventListener("htmx:beforeRequest", () => {
  clearTimeout(timer);
  timer = setTimeout(() => say(LATE), PATIENCE);
});
["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => form.addEventListener(name, () => say(FAILED)));
form.addEventListener("htmx:afterOnLoad", () => say(""));
