"use strict";

// Plotly is 4.8 MB of script: it is read when the first chart comes into view.
function ensurePlotly() {
  if (window.Plotly) return;
  const script = document.createElement("script");
  script.textContent = document.getElementById("plotly").textContent;
  document.head.append(script);
}

// Plotly reads a little markup in texts, so what comes from outside is escaped for it.
function plain(text) {
  return String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const drawn = new Map();
const onView = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      onView.unobserve(entry.target);
      drawChart(entry.target);
    }
  },
  { rootMargin: "200px" },
);

function drawChart(place) {
  const make = drawn.get(place);
  if (!make || !place.isConnected) return;
  ensurePlotly();
  const { traces, layout } = make();
  window.Plotly.react(place, traces, merged(layout), { displayModeBar: false, responsive: true });
  place.dataset.drawn = "true";
}

themeListeners.push(() => drawn.forEach((_, place) => place.dataset.drawn && drawChart(place)));

function merged(layout) {
  const ink = cssColor("--ink-2");
  const axis = { gridcolor: cssColor("--line"), zerolinecolor: cssColor("--line-2"), linecolor: cssColor("--line-2"), automargin: true };
  return {
    font: { family: cssColor("--sans"), size: 12, color: ink },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 8, r: 12, t: 8, b: 8 },
    hoverlabel: { bgcolor: cssColor("--raised"), bordercolor: cssColor("--line-2"), font: { color: cssColor("--ink") } },
    legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 },
    ...layout,
    xaxis: { ...axis, ...layout.xaxis },
    yaxis: { ...axis, ...layout.yaxis },
  };
}

function chart({ title, note, label, height, make, table }) {
  const place = el("div", { class: "chart", role: "img", "aria-label": label, style: `height:${height}px` });
  drawn.set(place, make);
  onView.observe(place);
  const caption = el("figcaption", {}, el("span", { class: "title", text: title }), note ? el("span", { class: "note", text: note }) : "");
  const numbers = el("details", {}, el("summary", { text: "As a table" }), scrollBox(`${title}, as a table`, table));
  return el("figure", { class: "panel" }, caption, place, numbers);
}

function plainTable(title, heads, rows) {
  const head = el("tr", {}, ...heads.map((text) => el("th", { scope: "col", text })));
  const body = rows.map(([first, ...rest]) => el("tr", {}, el("th", { scope: "row" }, first), ...rest.map((text) => el("td", { text }))));
  return el("table", { class: "numbers" }, el("caption", { class: "unseen", text: title }), el("thead", {}, head), el("tbody", {}, ...body));
}

function axisTitle(column) {
  return { text: column.sign ? plain(column.sign) : "", standoff: 4 };
}

function scaled(value, column) {
  return value === null || column.unit !== "1" ? value : value * 100;
}

// --- by take ----------------------------------------------------------------------------------------------------------

function spreadChart(spread) {
  const column = metricById.get(spread.id);
  const boxes = data.systems.map((system) => spread.boxes.find((box) => box.system === system.label)).filter(Boolean);
  const facts = boxes.map((box) => `${box.system}: median ${withUnit(box.five[2], column)} of ${box.n} takes`).join("; ");
  const partly = boxes.some((box) => box.y.length < box.n);
  return chart({
    title: metricTitle(column),
    note: partly ? `dots: ${boxes[0].y.length} of ${boxes[0].n} takes a system, evenly by rank; boxes: all` : "",
    label: `Box plot of ${column.label} by take, ${DIRECTIONS[column.better]}. ${facts}.`,
    height: 76 + 52 * boxes.length,
    make: () => ({ traces: boxes.flatMap((box, place) => boxTraces(box, place, column)), layout: spreadLayout(boxes, column) }),
    table: plainTable(
      `${column.label} by take`,
      ["System", "Takes", "Least", "Lower quartile", "Median", "Upper quartile", "Most"],
      boxes.map((box) => [systemName(box.system), String(box.n), ...box.five.map((value) => withUnit(value, column))]),
    ),
  });
}

function boxTraces(box, place, column) {
  const color = colorOf(box.system);
  const at = boxPlace(place);
  const [, first, middle, third] = box.five.map((value) => [scaled(value, column)]);
  const fences = box.fences.map((value) => [scaled(value, column)]);
  const quartiles = { q1: first, median: middle, q3: third, lowerfence: fences[0], upperfence: fences[1] };
  const dots = box.y.map((value) => scaled(value, column));
  return [
    { type: "box", orientation: "h", y: [at - 0.12], ...quartiles, width: 0.3, line: { color, width: 1.5 }, fillcolor: "rgba(0,0,0,0)", hoverinfo: "skip", showlegend: false },
    {
      type: "scatter", mode: "markers", x: dots, y: dots.map((_, n) => at + 0.24 + 0.14 * Math.sin(n * 2.4)), text: box.of.map(plain), hovertemplate: "%{text}<br>%{x}<extra></extra>",
      marker: { color, size: 5, opacity: 0.55, symbol: markOf(box.system).symbol }, showlegend: false,
    },
  ];
}

function boxPlace(place) {
  return -place;
}

function spreadLayout(boxes, column) {
  return {
    xaxis: { title: axisTitle(column), rangemode: column.unit === "1" ? "tozero" : "normal" },
    yaxis: {
      tickvals: boxes.map((_, place) => boxPlace(place)), ticktext: boxes.map((box) => `${plain(box.system)}  `),
      range: [0.55 - boxes.length, 0.5], showgrid: false, zeroline: false, fixedrange: true,
    },
  };
}

function spreads() {
  const grid = document.getElementById("spread-charts");
  const controls = document.getElementById("spread-controls");
  let suite = data.suites[0];
  let extra = "";
  const show = () => {
    const mine = data.spreads.filter((spread) => spread.suite === suite && metricById.has(spread.id));
    const main = mine.filter((spread) => metricById.get(spread.id).headline);
    const chosen = mine.find((spread) => spread.id === extra);
    const shown = chosen && !main.includes(chosen) ? [chosen, ...main] : main;
    grid.querySelectorAll(".chart").forEach((place) => drawn.delete(place));
    grid.replaceChildren(...shown.map(spreadChart));
    if (!shown.length) grid.replaceChildren(el("p", { class: "note", text: "No take of this suite has a value." }));
  };
  const others = metrics.filter((column) => !column.headline && data.spreads.some((spread) => spread.id === column.id));
  const choices = [["", "main metrics only"], ...others.map((column) => [column.id, metricTitle(column)])];
  if (data.suites.length > 1) controls.append(select("spread-suite", "Suite", data.suites.map((name) => [name, name]), (value) => ((suite = value), show())).box);
  if (others.length) controls.append(select("spread-extra", "Also show", choices, (value) => ((extra = value), show())).box);
  show();
}

// --- time -------------------------------------------------------------------------------------------------------------

function shareChart(clock, name, title, unit) {
  const column = { unit, sign: unit === "ratio" ? "×" : unit, label: title };
  const lines = clock.systems.filter((line) => line[name].length);
  if (!lines.length) return null;
  const at = (line, share) => line[name][line[`${name}_share`].findIndex((value) => value >= share)] ?? null;
  return chart({
    title: `${title} ↓ · ${clock.suite}`,
    note: "share of takes that needed at most so much",
    label: `Cumulative distribution of ${title}. ${lines.map((line) => `${line.system}: median ${withUnit(at(line, 0.5), column)}`).join("; ")}.`,
    height: 260,
    make: () => ({
      traces: lines.map((line) => ({
        type: "scatter", mode: "lines", name: plain(timedName(line)), x: line[name], y: line[`${name}_share`].map((share) => share * 100),
        line: { color: colorOf(line.system), width: 2, shape: "hv", dash: markOf(line.system).dash }, hovertemplate: "%{y:.0f} % of takes within %{x}<extra>%{fullData.name}</extra>",
      })),
      layout: { xaxis: { title: axisTitle(column), rangemode: "tozero" }, yaxis: { title: { text: "% of takes" }, range: [0, 103] }, showlegend: true },
    }),
    table: plainTable(title, ["System", "50 % of takes", "90 %", "95 %", "99 %"], lines.map((line) => [systemName(line.system), ...[0.5, 0.9, 0.95, 0.99].map((share) => withUnit(at(line, share), column))])),
  });
}

function timedName(line) {
  return line.timing === "exclusive" ? line.system : `${line.system} (${line.timing})`;
}

function bufferChart(course) {
  const column = { unit: "s", sign: "s" };
  const least = (line) => {
    const from = line.buffer.findIndex((value) => value > 0);
    return Math.min(...line.buffer.slice(Math.max(from, 0)));
  };
  return chart({
    title: `Audio at hand while it plays · ${course.suite}`,
    note: `${languageName(course.language)}, ${course.item}; below 0 the listener waits`,
    label: `Seconds of audio received but not yet played. ${course.systems.map((line) => `${line.system}: ${line.chunks} chunks, least ${withUnit(least(line), column)}`).join("; ")}.`,
    height: 260,
    make: () => ({
      traces: course.systems.map((line) => ({
        type: "scatter", mode: "lines", name: plain(timedName(line)), x: line.t, y: line.buffer,
        line: { color: colorOf(line.system), width: 2, dash: markOf(line.system).dash }, hovertemplate: "%{x} s: %{y} s at hand<extra>%{fullData.name}</extra>",
      })),
      layout: { xaxis: { title: { text: "s since the request" } }, yaxis: { title: { text: "s of audio" } }, showlegend: true },
    }),
    table: plainTable("Audio at hand", ["System", "Chunks", "Most at hand", "Least at hand"], course.systems.map((line) => [systemName(line.system), String(line.chunks), withUnit(Math.max(...line.buffer), column), withUnit(least(line), column)])),
  });
}

function timing() {
  const grid = document.getElementById("timing-charts");
  const panels = data.clock.flatMap((clock) => [shareChart(clock, "first_audio_s", "Time to first audio", "s"), shareChart(clock, "rtf", "Real-time factor", "ratio")]);
  grid.append(...panels.filter(Boolean), ...data.buffers.map(bufferChart));
}

// --- over the length of a recording ----------------------------------------------------------------------------------

function curveChart(entry) {
  const column = metricById.get(entry.id);
  const steps = entry.systems[0].mean.length;
  const x = Array.from({ length: steps }, (_, place) => (100 * place) / (steps - 1));
  const ends = (line) => [line.mean[0], line.mean[Math.floor((steps - 1) / 2)], line.mean[steps - 1]];
  return chart({
    title: `${column.label} · ${entry.suite}`,
    note: "thick: mean of all takes; thin: single takes",
    label: `Course of ${column.label} from the start to the end of recordings. ${entry.systems.map((line) => `${line.system}: ${line.takes} takes`).join("; ")}.`,
    height: 300,
    make: () => ({ traces: entry.systems.flatMap((line) => curveTraces(line, x)), layout: { xaxis: { title: { text: "% of the recording" }, range: [0, 100] }, yaxis: { title: { text: plain(signOfCurve(column)) } }, showlegend: true } }),
    table: plainTable(column.label, ["System", "Takes", "Start", "Middle", "End"], entry.systems.map((line) => [systemName(line.system), String(line.takes), ...ends(line).map((value) => (value === null ? MISSING : format(value, "")))])),
  });
}

// Drifts are slopes a minute; their curves are what changes.
function signOfCurve(column) {
  const unit = column.unit.replace(/\/min$/, "");
  return unit === "1" || unit === "cosine" ? "" : unit;
}

function curveTraces(line, x) {
  const color = colorOf(line.system);
  const thin = line.lines.map((single) => ({
    type: "scatter", mode: "lines", x, y: single.y, line: { color, width: 1 }, opacity: 0.28, showlegend: false,
    hovertemplate: `${plain(languageName(single.language))} · ${plain(single.item).replaceAll("%", "&#37;")}<extra>${plain(line.system)}</extra>`,
  }));
  const mean = { type: "scatter", mode: "lines", name: plain(line.system), x, y: line.mean, line: { color, width: 3, dash: markOf(line.system).dash }, hovertemplate: "mean %{y}<extra>%{fullData.name}</extra>" };
  return [...thin, mean];
}

if (document.getElementById("spread-charts")) spreads();
if (document.getElementById("timing-charts")) timing();
if (document.getElementById("curve-charts")) document.getElementById("curve-charts").append(...data.curves.map(curveChart));
