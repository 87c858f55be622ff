// Makes the chart of an issue zoomable: a button loads the drawing library and draws the table's figures again, with keys
// and buttons to move. Without this script the chart is complete as the server drew it.
const DAY = 86400;

function figures(figure) {
  const rows = [...figure.querySelectorAll("[data-testid=chart-table] tbody tr")];
  const number = (row, place) => Number(row.cells[place].textContent.replace(/[^\d.-]/g, ""));
  return [
    rows.map((row) => Date.parse(row.querySelector("time").dateTime) / 1000),
    rows.map((row) => number(row, 1)),
    rows.map((row) => number(row, 2)),
    rows.map((row) => number(row, 3)),
  ];
}

function load(figure) {
  if (window.uPlot) return Promise.resolve();
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = figure.dataset.uplotCss;
  document.head.append(style);
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = figure.dataset.uplot;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

function draw(figure, place) {
  const data = figures(figure);
  const colour = (name) => getComputedStyle(figure).getPropertyValue(name).trim();
  const probe = document.createElement("span");
  figure.append(probe);
  const resolved = (name) => ((probe.style.color = `var(${name})`), getComputedStyle(probe).color);
  const [ink, grey, maker, rule] = ["--ink", "--ink-2", "--maker", "--rule"].map(resolved);
  probe.remove();
  const axis = { stroke: grey, grid: { stroke: rule, width: 1 }, ticks: { stroke: rule }, font: `12px ${colour("--sans") || "sans-serif"}` };
  const plot = new window.uPlot(
    {
      width: figure.clientWidth,
      height: 320,
      scales: { nats: {} },
      axes: [axis, { ...axis, size: 44 }, { ...axis, scale: "nats", side: 1, size: 44, grid: { show: false } }],
      series: [
        { value: (_, seconds) => (seconds ? new Date(seconds * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }) : "–") },
        { label: "Reports", stroke: grey, fill: grey, width: 0, points: { show: false }, paths: window.uPlot.paths.bars({ size: [0.72, 40] }) },
        { label: "Expected", stroke: maker, width: 2, points: { show: false } },
        { label: "Evidence, nats", scale: "nats", stroke: ink, width: 1.5, dash: [4, 3], points: { show: false } },
      ],
      tzDate: (seconds) => window.uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      cursor: { drag: { x: true, y: false } },
    },
    data,
    place,
  );
  return { plot, first: data[0][0], last: data[0].at(-1) };
}

function move({ plot, first, last }, how) {
  const { min, max } = plot.scales.x;
  const span = max - min;
  const least = 28 * DAY;
  let [from, to] = [min, max];
  if (how === "closer" && span / 2 >= least) [from, to] = [min + span / 4, max - span / 4];
  if (how === "wider") [from, to] = [min - span / 2, max + span / 2];
  if (how === "earlier") [from, to] = [min - span / 2, max - span / 2];
  if (how === "later") [from, to] = [min + span / 2, max + span / 2];
  if (how === "all") [from, to] = [first, last];
  const width = Math.min(to - from, last - first);
  from = Math.min(Math.max(from, first), last - width);
  plot.setScale("x", { min: from, max: from + width });
}

function offer(figure) {
  const actions = document.createElement("div");
  actions.className = "actions no-print";
  const button = (words, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button outline";
    made.textContent = words;
    made.addEventListener("click", act);
    actions.append(made);
    return made;
  };
  const open = button("Zoom in on the chart", async () => {
    open.disabled = true;
    try {
      await load(figure);
    } catch {
      open.textContent = "The drawing could not be loaded; the table below has the figures";
      return;
    }
    const place = document.createElement("div");
    place.className = "zoomed no-print";
    place.dataset.testid = "zoomed";
    actions.before(place);
    const drawn = draw(figure, place);
    open.remove();
    const ways = { closer: "Closer", wider: "Wider", earlier: "Earlier", later: "Later", all: "All weeks" };
    for (const [how, words] of Object.entries(ways)) button(words, () => move(drawn, how));
    actions.querySelector("button").focus();
    new ResizeObserver(() => drawn.plot.setSize({ width: figure.clientWidth, height: 320 })).observe(figure);
  });
  figure.querySelector("details").before(actions);
}

document.querySelectorAll("[data-zoom]").forEach(offer);
