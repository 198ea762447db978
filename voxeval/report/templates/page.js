"use strict";

// Texts from outside become text nodes here, never markup.
const data = JSON.parse(document.getElementById("data").textContent);

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") Object.entries(value).forEach(([event, act]) => node.addEventListener(event, act));
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

function hide(node) {
  node.setAttribute("aria-hidden", "true");
  return node;
}

const MISSING = "–";

function format(value, unit) {
  if (value === null || value === undefined) return MISSING;
  const shown = unit === "1" ? value * 100 : value;
  const size = Math.abs(shown);
  if (size === 0 && unit !== "1" && !(unit in data.decimals)) return "0";
  const byRange = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 3 : 4;
  const decimals = unit === "1" ? 1 : unit in data.decimals ? data.decimals[unit] : byRange;
  const text = shown.toFixed(decimals).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");
  return text.replace("-", "−").replace(/^−(0(\.0*)?)$/, "$1");
}

function withUnit(value, column) {
  const text = format(value, column.unit);
  return column.sign && text !== MISSING ? `${text} ${column.sign}` : text;
}

function languageName(code) {
  return data.languages[code] || (code === "all" ? "All languages" : code);
}

const ARROWS = { lower: "↓", higher: "↑" };
const DIRECTIONS = { lower: "lower is better", higher: "higher is better", none: "neither is better" };

function columnTitle(column) {
  const several = data.columns.filter((other) => other.id === column.id).length > 1;
  const parts = [column.label, several || column.statistic !== "mean" ? column.statistic : "", ARROWS[column.better]];
  return parts.filter(Boolean).join(" ") + (column.basis ? ` · ${column.basis}` : "");
}

// One column a metric id, in the order of display.
const metrics = [...new Map(data.columns.slice().reverse().map((column) => [column.id, column])).values()].reverse();
const metricById = new Map(metrics.map((column) => [column.id, column]));

function metricTitle(column) {
  return [column.label, ARROWS[column.better]].filter(Boolean).join(" ") + (column.basis ? ` · ${column.basis}` : "");
}

// --- systems: a colour and a shape each, so that neither alone has to tell them apart -------------------------------

const SHAPES = ["●", "■", "◆", "▲", "▼", "★"];
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "triangle-down", "star"];
const DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];
const rivals = data.systems.filter((system) => !system.human).map((system) => system.label);

function markOf(label) {
  const place = rivals.indexOf(label);
  if (place < 0) return { name: "human", shape: "○", symbol: "circle-open", dash: "solid" };
  const turn = place % 6;
  return { name: `s${turn}`, shape: SHAPES[turn], symbol: SYMBOLS[turn], dash: DASHES[turn] };
}

function systemName(label) {
  const mark = markOf(label);
  return el("span", { class: "system" }, hide(el("span", { class: `mark ${mark.name}`, text: mark.shape })), label);
}

function cssColor(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function colorOf(label) {
  return cssColor(`--${markOf(label).name}`);
}

// --- controls ---------------------------------------------------------------------------------------------------------

function select(name, title, options, act) {
  const id = `select-${name}`;
  const field = el("select", { id, name, on: { change: () => act(field.value) } });
  field.append(...options.map(([value, text]) => el("option", { value, text })));
  return { field, box: el("div", { class: "control" }, el("label", { for: id, text: title }), field) };
}

function distinct(rows, name) {
  return [...new Set(rows.map((row) => row[name]))].filter(Boolean).sort();
}

function scrollBox(title, child) {
  return el("div", { class: "scroll", role: "region", "aria-label": title, tabindex: "0" }, child);
}

function pager(name, act) {
  const before = el("button", { type: "button", class: "quiet", text: "Previous", on: { click: () => act(-1) } });
  const after = el("button", { type: "button", class: "quiet", text: "Next", on: { click: () => act(1) } });
  const box = el("div", { class: "pager", role: "group", "aria-label": `Pages of ${name}` }, before, after);
  return {
    box,
    show(page, pages) {
      box.hidden = pages < 2;
      before.disabled = page === 0;
      after.disabled = page >= pages - 1;
    },
  };
}

// --- light and dark ---------------------------------------------------------------------------------------------------

const themeListeners = [];

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
}

function themeChanged() {
  const button = document.getElementById("theme");
  button.setAttribute("aria-pressed", String(isDark()));
  themeListeners.forEach((act) => act());
}

document.getElementById("theme").addEventListener("click", () => {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("voxeval-theme", theme);
  } catch {
    // a page from a file may have no storage: the choice then lasts as long as the page
  }
  themeChanged();
});
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", themeChanged);

// --- where in the page we are -----------------------------------------------------------------------------------------

const links = new Map([...document.querySelectorAll("nav.sections a")].map((a) => [a.hash.slice(1), a]));
const seen = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      links.forEach((a, id) => {
        if (id === entry.target.id) a.setAttribute("aria-current", "true");
        else a.removeAttribute("aria-current");
      });
    }
  },
  { rootMargin: "-20% 0px -75% 0px" },
);
links.forEach((_, id) => seen.observe(document.getElementById(id)));
document.querySelectorAll("[data-copy]").forEach((button) => {
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Select and copy by hand";
    }
  });
});
themeChanged();
