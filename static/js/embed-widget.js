// Fixlore on another site: makes a frame where this tag stands and keeps it as high as what it shows.
// data-problem (its number) or data-product (number or path), data-site (your organisation), data-theme (light, dark),
// data-width (the most pixels), data-title (what the frame is called for those who can't see it).
(() => {
  const tag = document.currentScript;
  if (!tag) return;
  const home = new URL(".", tag.src);
  const { problem, product, site, theme, width, title } = tag.dataset;
  const address = new URL(problem ? `problem/${encodeURIComponent(problem)}/` : "lookup/", home);
  Object.entries({ product, site, theme }).forEach(([name, value]) => value && address.searchParams.set(name, value));

  const frame = document.createElement("iframe");
  frame.title = title || (problem ? "What to try first, from Fixlore" : "Look up a fault, from Fixlore");
  frame.width = "100%";
  frame.height = problem ? "520" : "440";
  frame.loading = "lazy";
  frame.style.border = "0";
  if (Number(width) > 0) frame.style.maxWidth = `${Number(width)}px`;
  // It runs its script and opens links in new tabs; it can't lead the page around it elsewhere.
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox");
  frame.addEventListener("load", () => frame.contentWindow.postMessage({ fixlore: "hello" }, home.origin));
  addEventListener("message", ({ source, origin, data }) => {
    if (origin !== home.origin || source !== frame.contentWindow || data?.fixlore !== "height") return;
    if (Number.isFinite(data.height)) frame.height = String(Math.min(Math.max(Math.ceil(data.height), 80), 4000));
  });
  frame.src = address;
  tag.after(frame);
})();
