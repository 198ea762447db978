"use strict";

// Recordings: one plays at a time. Addresses are read when first needed, since in a single file they are the sound itself.
let soundTable = null;

function soundOf(row) {
  soundTable ??= JSON.parse(document.getElementById("sounds").textContent);
  return soundTable[row] || null;
}

function hasSound(row) {
  const sound = soundOf(row);
  return Boolean(sound && sound.audio);
}

let playing = null;

function onlyThis(audio) {
  if (playing && playing !== audio) playing.pause();
  playing = audio;
}

function takeTitle(take) {
  return `${take.system}, ${languageName(take.language)}, ${take.item}`;
}

function seconds(value) {
  return value === null ? "" : `${value.toFixed(1)} s`;
}

// A small button that plays one take.
function playButton(row) {
  const take = data.takes[row];
  if (!hasSound(row)) {
    const why = soundOf(row)?.why || (take.path ? "not among the recordings in this report" : take.detail || "no recording");
    return el("span", { class: "none", title: why, text: take.path ? "not included" : MISSING });
  }
  let audio = null;
  const icon = hide(el("span", { class: "icon" }));
  const button = el("button", { type: "button", class: "play", "data-row": row }, icon, seconds(take.duration));
  const state = (on) => {
    button.classList.toggle("on", on);
    button.setAttribute("aria-label", `${on ? "Pause" : "Play"} ${takeTitle(take)}`);
  };
  state(false);
  button.addEventListener("click", () => {
    if (!audio) {
      audio = new Audio(soundOf(row).audio);
      audio.addEventListener("play", () => (onlyThis(audio), state(true)));
      audio.addEventListener("pause", () => state(false));
      audio.addEventListener("error", () => button.replaceWith(el("span", { class: "none", text: "can't be played" })));
      audio.addEventListener("timeupdate", () => {
        button.style.setProperty("--done", `${(100 * audio.currentTime) / (audio.duration || 1)}%`);
      });
      button.audio = audio;
    }
    if (audio.paused) audio.play().catch(() => state(false));
    else audio.pause();
  });
  return button;
}

// The spectrogram with a line where the sound is, and the browser's own player under it.
function playerWithSpectrogram(row) {
  const take = data.takes[row];
  const sound = soundOf(row);
  if (!sound || !sound.audio) {
    const why = sound?.why || "This recording is not among those in the report; it lies in the run folder";
    return el("p", { class: "note", text: take.path ? `${why}: ${take.path}` : `No recording. ${take.detail}` });
  }
  const audio = el("audio", { controls: true, preload: "none", src: sound.audio, "aria-label": `Recording of ${takeTitle(take)}` });
  const line = hide(el("span", { class: "playhead" }));
  const picture = el("img", {
    src: sound.picture, loading: "lazy", alt: `Spectrogram of ${takeTitle(take)}: ${seconds(take.duration)}, 60 Hz to 11 kHz`,
  });
  const frame = el("div", { class: "spectrogram" }, picture, line);
  audio.addEventListener("play", () => onlyThis(audio));
  audio.addEventListener("timeupdate", () => {
    line.style.opacity = 1;
    line.style.left = `${(100 * audio.currentTime) / (audio.duration || take.duration || 1)}%`;
  });
  frame.addEventListener("click", (event) => {
    const box = frame.getBoundingClientRect();
    const place = (event.clientX - box.left) / box.width;
    const seek = () => (audio.currentTime = place * audio.duration);
    if (audio.readyState > 0) seek();
    else audio.addEventListener("loadedmetadata", seek, { once: true });
    audio.play();
  });
  return el("figure", { class: "player" }, frame, audio);
}

// --- samples: one item a language, all systems side by side ----------------------------------------------------------

function samples() {
  const place = document.getElementById("samples-table");
  for (const suite of data.suites) {
    const rows = data.takes.map((take, row) => row).filter((row) => data.takes[row].suite === suite);
    const systems = data.systems.filter((system) => rows.some((row) => data.takes[row].system === system.label));
    const body = el("tbody");
    for (const language of distinct(rows.map((row) => data.takes[row]), "language")) {
      const item = sampleItem(rows.filter((row) => data.takes[row].language === language));
      if (!item.length) continue;
      const take = data.takes[item[0]];
      const text = el("bdi", { class: "said", lang: take.locale, dir: "auto", text: take.text });
      const head = el("th", { scope: "row" }, el("span", { class: "language", text: languageName(language) }), text);
      const cells = systems.map((system) => {
        const row = item.find((candidate) => data.takes[candidate].system === system.label);
        return el("td", { "data-label": system.label }, row === undefined ? el("span", { class: "none", text: MISSING }) : playButton(row));
      });
      body.append(el("tr", {}, head, ...cells));
    }
    if (!body.children.length) continue;
    const heads = systems.map((system) => el("th", { scope: "col" }, systemName(system.label)));
    const head = el("thead", {}, el("tr", {}, el("th", { scope: "col", text: "Text" }), ...heads));
    const table = el("table", { class: "samples cards" }, el("caption", { text: suite }), head, body);
    place.append(scrollBox(`Samples of ${suite}`, table));
  }
}

function sampleItem(rows) {
  const byItem = new Map();
  for (const row of rows.filter(hasSound)) {
    const take = data.takes[row];
    const held = byItem.get(take.item) || [];
    if (!held.some((other) => data.takes[other].system === take.system)) held.push(row);
    byItem.set(take.item, held);
  }
  return [...byItem.values()].reduce((best, held) => (held.length > best.length ? held : best), []);
}

samples();
