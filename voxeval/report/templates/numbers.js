"use strict";

// Every row of the summary, filtered and paged.
function allNumbers() {
  const body = document.getElementById("numbers-body");
  const count = document.getElementById("numbers-count");
  const size = 40;
  const rows = data.summary.map(([suite, system, language, category, column, value, low, high, items, failed, skipped, languages, why]) => ({
    suite, system, language, category, column: data.columns[column], place: column, value, low, high, items, failed, skipped, languages, indicative: data.indicative[why],
  }));
  const systems = data.systems.map((system) => system.label);
  const first = (name) => (name === "all" ? "" : name);
  rows.sort((a, b) =>
    data.suites.indexOf(a.suite) - data.suites.indexOf(b.suite) || a.place - b.place || first(a.language).localeCompare(first(b.language)) ||
    first(a.category).localeCompare(first(b.category)) || systems.indexOf(a.system) - systems.indexOf(b.system));
  const wanted = { suite: "", system: "", language: "all", category: "all", metric: "" };
  let page = 0;

  const cell = (head, text, right, why) => el("td", { class: right ? "num" : null, "data-label": head }, el("span", { text }), why ? indicative(why) : null);
  const indicative = (why) => el("span", { class: "indicative-mark", title: `Indicative only: ${why}` }, hide(el("span", { text: `${data.mark} ` })), "indicative", el("span", { class: "unseen", text: ` only: ${why}` }));
  const line = (row) => {
    const missing = row.value === null;
    const range = missing ? "" : row.low === null || row.high === null ? (row.column.sampled ? "too few items" : "no interval") : `${format(row.low, row.column.unit)} to ${format(row.high, row.column.unit)}`;
    const cells = [languageName(row.language), row.category === "all" ? "all" : row.category, withUnit(row.value, row.column), range, String(row.items), String(row.failed), String(row.skipped)];
    const heads = ["Language", "Category", "Value", "95 % interval", "Items", "Failed", "Skipped"];
    const name = el("th", { scope: "row", "data-label": "Metric" }, el("span", { text: columnTitle(row.column) }), el("span", { class: "id", text: row.column.id }));
    return el("tr", {}, name, el("td", { "data-label": "System" }, systemName(row.system)), cell("Suite", row.suite), ...cells.map((text, place) => cell(heads[place], text, place > 1, heads[place] === "Value" ? row.indicative : "")));
  };
  const show = () => {
    const fitting = rows.filter((row) => ["suite", "system", "language", "category"].every((name) => !wanted[name] || row[name] === wanted[name]) && (!wanted.metric || row.column.id === wanted.metric));
    const pages = Math.max(1, Math.ceil(fitting.length / size));
    page = Math.min(Math.max(page, 0), pages - 1);
    const shown = fitting.slice(page * size, (page + 1) * size);
    body.replaceChildren(...shown.map(line));
    count.textContent = fitting.length ? `${page * size + 1} to ${page * size + shown.length} of ${fitting.length} numbers` : "No number fits these filters.";
    pages_.show(page, pages);
  };
  const change = (name) => (value) => {
    wanted[name] = value;
    page = 0;
    show();
  };
  const pages_ = pager("numbers", (step) => ((page += step), show(), count.focus()));
  const controls = document.getElementById("numbers-controls");
  for (const [name, title, empty] of [["suite", "Suite", "all suites"], ["system", "System", "all systems"], ["language", "Language", "every language"], ["category", "Category", "every category"]]) {
    const values = distinct(rows, name);
    if (values.length < 2) continue;
    const named = name === "language" ? languageName : (value) => (value === "all" ? "All categories" : value);
    const control = select(`numbers-${name}`, title, [["", empty], ...values.map((value) => [value, named(value)])], change(name));
    control.field.value = wanted[name];
    controls.append(control.box);
  }
  controls.append(select("numbers-metric", "Metric", [["", "all metrics"], ...metrics.map((column) => [column.id, metricTitle(column)])], change("metric")).box);
  document.getElementById("numbers-table").after(pages_.box);
  show();
}

allNumbers();
