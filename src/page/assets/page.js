// What the page does by itself: live parts, times that stay current, charts, and actions. It works without.

const token = document.querySelector('meta[name="enrichd-token"]')?.content ?? "";
const message = document.getElementById("message");
const connection = document.getElementById("connection");

// Times: relative, as the server writes them.
function span(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function tellTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const seconds = Math.round((Date.now() - Date.parse(time.dateTime)) / 1000);
    const text = seconds < 1 ? "now" : `${span(seconds)} ago`;
    if (time.textContent !== text) time.textContent = text;
    time.title = new Date(time.dateTime).toLocaleString();
  }
}
setInterval(tellTimes, 5000);
tellTimes();

// Live parts: whoever has the focus inside of one keeps it.
function keyOf(element) {
  return element?.dataset?.action ?? element?.getAttribute?.("href") ?? element?.id ?? null;
}

// A button that is replaced while it is pressed would never be clicked.
let pressed = false;
const late = new Map();
addEventListener("pointerdown", () => {
  pressed = true;
});
for (const end of ["pointerup", "pointercancel"])
  addEventListener(end, () => {
    pressed = false;
    setTimeout(() => {
      for (const [id, html] of late) replace(id, html);
      late.clear();
    });
  });

function replace(id, html) {
  if (pressed) return void late.set(id, html);
  const element = document.getElementById(id);
  if (element === null) return;
  const active = element.contains(document.activeElement) ? keyOf(document.activeElement) : null;
  element.innerHTML = html;
  if (active === null) return;
  for (const candidate of element.querySelectorAll("a, button, input, summary")) {
    if (keyOf(candidate) !== active) continue;
    candidate.focus();
    break;
  }
}

function connect(view) {
  const source = new EventSource(`/api/events?view=${encodeURIComponent(view)}`);
  source.onopen = () => show("live", "Live");
  source.onerror = () => {
    show("lost", "Connection lost, trying again");
    // After a refusal the browser gives up: the process may be back with another token, so the page is loaded anew.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => retry(view), 2000);
  };
  // Another process than the one that made this page: its actions would be refused.
  source.addEventListener("process", ({ data }) => {
    if (data !== document.body.dataset.process) location.reload();
  });
  source.addEventListener("regions", (event) => {
    show("live", "Live");
    for (const [id, html] of Object.entries(JSON.parse(event.data))) replace(id, html);
    tellTimes();
  });
}

async function retry(view) {
  try {
    const response = await fetch("/healthz");
    if (response.ok) return location.reload();
  } catch {
    // Not back yet.
  }
  setTimeout(() => retry(view), 2000);
}

function show(state, text) {
  if (connection === null || connection.textContent === text) return;
  connection.className = `connection ${state}`;
  connection.textContent = text;
}

const view = document.body.dataset.live;
if (view !== undefined) connect(view);

// Actions.
document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-action]") : null;
  if (button === null) return;
  event.preventDefault();
  button.setAttribute("aria-busy", "true");
  message.textContent = "";
  try {
    const response = await fetch("/api/actions", {
      method: "POST",
      headers: { "content-type": "application/json", "x-enrichd-token": token },
      body: JSON.stringify({ action: button.dataset.action, ...JSON.parse(button.dataset.with ?? "{}") }),
    });
    const said = (response.headers.get("content-type") ?? "").includes("json") ? await response.json() : null;
    message.textContent = response.ok
      ? (said?.message ?? "Asked.")
      : (said?.error ?? `It was refused (${response.status}): reload the page.`);
    message.className = response.ok ? "message done" : "message refused";
  } catch {
    message.textContent = "The connection is lost: nothing was asked.";
    message.className = "message refused";
  } finally {
    button.removeAttribute("aria-busy");
  }
});

// Charts.
const charts = document.getElementById("charts");

const kinds = {
  throughput: { series: [["answers", (p, s) => (p.answered * 60) / s]] },
  latency: {
    series: [
      ["half within, s", (p) => (p.p50_ms === null ? null : p.p50_ms / 1000)],
      ["95 % within, s", (p) => (p.p95_ms === null ? null : p.p95_ms / 1000)],
    ],
  },
  tokens: {
    series: [
      ["in", (p, s) => (p.tokens_in * 60) / s],
      ["of them cached", (p, s) => (p.tokens_cached * 60) / s],
      ["out", (p, s) => (p.tokens_out * 60) / s],
    ],
  },
  failures: { series: [["failed", (p, s) => (p.failed * 60) / s]] },
};

// Stretches without a question are zero for counts, and nothing for times.
function columnsOf(series, kind) {
  const step = series.step_s * 1000;
  const byTime = new Map(series.points.map((point) => [Date.parse(point.at), point]));
  const times = [];
  const first = Math.floor(Date.parse(series.from) / step) * step;
  for (let at = first; at <= Date.parse(series.to); at += step) times.push(at);
  const empty = { answered: 0, failed: 0, p50_ms: null, p95_ms: null, tokens_in: 0, tokens_out: 0, tokens_cached: 0 };
  const columns = kinds[kind].series.map(([, of]) => times.map((at) => of(byTime.get(at) ?? empty, series.step_s)));
  return [times.map((at) => at / 1000), ...columns];
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const lines = ["--line-1", "--line-2", "--line-3"];

function draw(figure, series) {
  const kind = figure.dataset.chart;
  const data = columnsOf(series, kind);
  const plot = figure.querySelector(".plot");
  figure.uplot?.destroy();
  const marks = {
    hooks: {
      draw: (u) => {
        u.ctx.save();
        u.ctx.strokeStyle = colour("--mark");
        for (const { at } of series.marks) {
          const x = Math.round(u.valToPos(Date.parse(at) / 1000, "x", true));
          u.ctx.beginPath();
          u.ctx.moveTo(x, u.bbox.top);
          u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
          u.ctx.stroke();
        }
        u.ctx.restore();
      },
    },
  };
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--rule") }, ticks: { stroke: colour("--rule") } };
  figure.uplot = new window.uPlot(
    {
      width: Math.max(240, plot.clientWidth),
      height: 160,
      cursor: { y: false },
      legend: { live: true },
      scales: {
        x: { range: [Date.parse(series.from) / 1000, Date.parse(series.to) / 1000] },
        y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] },
      },
      axes: [axis, { ...axis, size: 68 }],
      series: [
        {},
        ...kinds[kind].series.map(([label], i) => ({
          label,
          stroke: colour(lines[i]),
          width: 1.5,
          points: { show: data[0].length < 90 },
        })),
      ],
      plugins: [marks],
    },
    data,
    plot,
  );
  tabulate(figure.querySelector(".numbers"), kinds[kind].series, data, series.marks);
}

function tabulate(place, series, [times, ...columns], marks) {
  if (!place.parentElement.open) return;
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of ["Time", ...series.map(([label]) => label)]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  for (let i = times.length - 1; i >= 0 && body.rows.length < 60; i--) {
    const row = body.insertRow();
    row.insertCell().textContent = new Date(times[i] * 1000).toLocaleString();
    for (const column of columns)
      row.insertCell().textContent = column[i] === null ? "–" : String(Math.round(column[i] * 100) / 100);
  }
  const list = document.createElement("ul");
  for (const { at, text } of marks.slice(-20).reverse()) {
    const item = document.createElement("li");
    item.textContent = `${new Date(at).toLocaleString()}: ${text}`;
    list.append(item);
  }
  place.replaceChildren(table, list);
}

let latest = null;
const redraw = () => {
  if (latest !== null) for (const figure of charts.querySelectorAll("figure")) draw(figure, latest);
};

async function refresh() {
  const range = charts.querySelector("input[name=range]:checked")?.value ?? "1h";
  try {
    const response = await fetch(`${charts.dataset.charts}?range=${range}`);
    if (!response.ok) return;
    latest = await response.json();
    redraw();
  } catch {
    // The connection line says so.
  }
}

if (charts !== null) {
  const script = document.createElement("script");
  script.src = "/assets/plot.js";
  script.onload = () => {
    refresh();
    setInterval(() => {
      if (!document.hidden) refresh();
    }, 5000);
  };
  document.head.append(script);
  charts.addEventListener("change", refresh);
  charts.addEventListener("toggle", redraw, true);
  window.addEventListener("resize", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}
