// Says that a search was made and whether anything was found, so that operators see what people miss: when the page opens,
// and when it is left after more was typed. Who searched is not said, and nothing where the browser asks not to be tracked.
let last = "";

function tell() {
  const place = document.querySelector("[data-searched]");
  if (!place || place.dataset.q === last) return;
  last = place.dataset.q;
  navigator.sendBeacon(place.dataset.searched, new URLSearchParams({ q: last, found: place.dataset.found }));
}

if (navigator.doNotTrack !== "1" && !navigator.globalPrivacyControl) {
  tell();
  addEventListener("pagehide", tell);
}
