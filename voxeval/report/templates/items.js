"use strict";

// The explorer: every take, worst first in the chosen metric.
const PAGE = 20;
const SIGN_WORDS = { "~": "heard as", "-": "left out", "+": "added" };

function valueOf(row, id) {
  return data.values[id] ? data.values[id].values[row] : null;
}

function reasonOf(row, id) {
  const entry = data.values[id];
  return entry && row in entry.why ? entry.reasons[entry.why[row]] : "";
}

function badness(row, column) {
  const value = valueOf(row, column.id);
  if (value === null) return Number.NEGATIVE_INFINITY;
  return column.better === "higher" ? -value : column.better === "lower" ? value : Math.abs(value);
}

function searchable(take) {
  return [take.text, take.item, take.detail, take.voice, ...take.heard.map((heard) => heard.text || "")].join("\n").toLocaleLowerCase();
}

function aligned(entry, take) {
  const words = entry.pairs.map(([sign, said, heard]) => {
    const kind = { "=": "same", "~": "other", "-": "lost", "+": "extra" }[sign];
    const spoken = sign === "=" ? "" : el("span", { class: "unseen", text: ` ${SIGN_WORDS[sign]} ` });
    return el("span", { class: `pair ${kind}` }, el("bdi", { class: "said", text: said || "\u00a0" }), spoken, el("bdi", { class: "heard", text: heard || (sign === "-" ? "∅" : "\u00a0") }));
  });
  const wrong = entry.pairs.filter(([sign]) => sign !== "=");
  const count = (sign) => wrong.filter((pair) => pair[0] === sign).length;
  const facts = `${count("~")} substituted, ${count("-")} deleted, ${count("+")} inserted of ${entry.pairs.length - count("+")} words`;
  return el(
    "div",
    { class: "alignment" },
    el("h4", {}, "Reference above, heard below ", el("span", { class: "note", text: `${entry.recognizer} · ${entry.normalizer} · ${facts}` })),
    el("p", { class: "pairs", lang: take.locale, dir: "auto" }, ...words),
  );
}

function scoreList(row) {
  const rows = metrics.filter((column) => data.values[column.id]).map((column) => {
    const value = valueOf(row, column.id);
    const text = value === null ? MISSING : withUnit(value, column);
    return el("tr", {}, el("th", { scope: "row", text: metricTitle(column) }), el("td", { text }), el("td", { class: "why", text: value === null ? reasonOf(row, column.id) : "" }));
  });
  const head = el("tr", {}, ...["Metric", "Value", "Why there is none"].map((text) => el("th", { scope: "col", text })));
  const table = el("table", { class: "numbers" }, el("caption", { class: "unseen", text: "All scores of this take" }), el("thead", {}, head), el("tbody", {}, ...rows));
  return el("details", { class: "scores" }, el("summary", { text: `All ${rows.length} scores` }), scrollBox("All scores of this take", table));
}

function details(row) {
  const take = data.takes[row];
  const text = (title, words) => el("p", { class: "text" }, el("span", { class: "note", text: title }), el("bdi", { lang: take.locale, dir: "auto", text: words }));
  const found = data.alignments[row] || [];
  const unaligned = take.heard.filter((heard) => !found.some((entry) => entry.recognizer === heard.recognizer));
  const origin = [`suite ${take.suite}`, take.category, take.voice ? `voice ${take.voice}` : "", `seed ${take.seed}`].filter(Boolean).join(" · ");
  return [
    playerWithSpectrogram(row),
    text("Text", take.text),
    take.given ? text("As given to the system", take.given) : null,
    ...found.map((entry) => aligned(entry, take)),
    ...unaligned.map((heard) => text(`Heard by ${heard.recognizer}`, heard.text || "nothing")),
    take.status === "ok" ? null : el("p", { class: "trouble", text: `${take.status}: ${take.detail}` }),
    el("p", { class: "note origin", text: origin }),
    scoreList(row),
  ].filter(Boolean);
}

function card(row, column) {
  const take = data.takes[row];
  const id = `take-${row}`;
  const body = el("div", { class: "body", id, hidden: true });
  const value = column ? valueOf(row, column.id) : null;
  const shown = take.status === "ok" ? withUnit(value, column || { unit: "", sign: "" }) : take.status;
  const number = el("span", { class: take.status === "ok" ? "value" : "value trouble", text: shown, title: value === null && column ? reasonOf(row, column.id) : null });
  const toggle = el(
    "button",
    { type: "button", class: "toggle", "aria-expanded": "false", "aria-controls": id },
    el("span", { class: "who" }, systemName(take.system), el("span", { class: "where", text: `${languageName(take.language)} · ${take.item}` })),
    el("bdi", { class: "excerpt", lang: take.locale, dir: "auto", text: take.text }),
    number,
  );
  toggle.addEventListener("click", () => {
    const open = body.hidden;
    if (open && !body.children.length) body.append(...details(row));
    body.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
  });
  return el("li", { class: "take", "data-row": row }, el("div", { class: "line" }, playButton(row), toggle), body);
}

function explorer() {
  const list = document.getElementById("takes");
  const count = document.getElementById("takes-count");
  const words = data.takes.map(searchable);
  const measured = metrics.filter((column) => data.values[column.id] && data.values[column.id].values.some((value) => value !== null));
  const wanted = { suite: "", system: "", language: "", category: "", status: "", metric: measured[0]?.id || "", text: "" };
  let page = 0;

  const fits = (row) => {
    const take = data.takes[row];
    for (const name of ["suite", "system", "language", "category"]) if (wanted[name] && take[name] !== wanted[name]) return false;
    const unmeasured = wanted.metric && valueOf(row, wanted.metric) === null;
    if (wanted.status === "measured" && unmeasured) return false;
    if (wanted.status === "unmeasured" && !(take.status === "ok" && unmeasured)) return false;
    if (["ok", "failed", "skipped"].includes(wanted.status) && take.status !== wanted.status) return false;
    return !wanted.text || words[row].includes(wanted.text);
  };

  const show = (first) => {
    const column = metricById.get(wanted.metric);
    const rows = data.takes.map((_, row) => row).filter(fits);
    if (column) rows.sort((a, b) => badness(b, column) - badness(a, column) || a - b);
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    page = Math.min(Math.max(page, 0), pages - 1);
    const shown = rows.slice(page * PAGE, (page + 1) * PAGE);
    list.replaceChildren(...shown.map((row) => card(row, column)));
    const order = column ? `, worst ${column.label} first` : "";
    count.textContent = rows.length ? `${page * PAGE + 1} to ${page * PAGE + shown.length} of ${rows.length} takes${order}` : "No take fits these filters.";
    pages_.show(page, pages);
    if (first && list.firstChild) list.querySelector(".toggle").click();
  };
  const change = (name) => (value) => {
    wanted[name] = value;
    page = 0;
    show();
  };
  const pages_ = pager("takes", (step) => {
    page += step;
    show();
    count.focus();
  });

  const controls = document.getElementById("takes-controls");
  const any = (name, title, empty, named) => {
    const values = distinct(data.takes, name);
    if (values.length > 1) controls.append(select(name, title, [["", empty], ...values.map((value) => [value, named ? named(value) : value])], change(name)).box);
  };
  any("suite", "Suite", "all suites");
  any("system", "System", "all systems");
  any("language", "Language", "all languages", languageName);
  any("category", "Category", "all categories");
  const states = [["", "any status"], ["ok", "spoken"], ["failed", "failed"], ["skipped", "skipped"], ["measured", "has the metric"], ["unmeasured", "spoken, without the metric"]];
  controls.append(select("status", "Status", states, change("status")).box);
  controls.append(select("metric", "Worst first by", measured.map((column) => [column.id, metricTitle(column)]), change("metric")).box);
  const search = el("input", { type: "search", id: "takes-search", autocomplete: "off", placeholder: "words, item, reason", on: { input: (event) => change("text")(event.target.value.trim().toLocaleLowerCase()) } });
  controls.append(el("div", { class: "control wide" }, el("label", { for: "takes-search", text: "Search" }), search));
  list.after(pages_.box);
  show(true);
}

explorer();
