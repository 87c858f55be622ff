// Shows the buttons [data-print], which are hidden without scripts, and lets them print the page.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
