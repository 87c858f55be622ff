// In a frame on another site: tells the page around it how high it is, once that page has asked; nobody else is told.
const HOST = /^https:\/\/|^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/;
let asker = "";

function tell() {
  if (asker) parent.postMessage({ fixlore: "height", height: Math.ceil(document.body.getBoundingClientRect().height) }, asker);
}

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || data?.fixlore !== "hello" || !(origin === location.origin || HOST.test(origin))) return;
  asker = origin;
  tell();
});
new ResizeObserver(tell).observe(document.body);
