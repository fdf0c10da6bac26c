// Keeps the board live: takes in what the gateway sends, counts the minutes, sounds the alarm.
"use strict";

const live = document.getElementById("live");
const cut = document.getElementById("page-cut");
const clock = document.getElementById("clock");
const language = document.documentElement.lang;
const RING_EVERY_MS = 4000;

// --- the gateway's news

const events = new EventSource("/board/events");
events.addEventListener("board", (event) => {
  live.innerHTML = event.data;
  cut.hidden = true;
  compareClocks();
  tick();
});
events.addEventListener("alarm", () => (standing() > 0 ? ring() : call()));
events.addEventListener("error", () => {
  cut.hidden = false;
  if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
});

function standing() {
  const section = live.querySelector("[data-standing]");
  return section ? Number(section.dataset.standing) : 0;
}

// --- time, by the gateway's clock: a tablet's own may be wrong

let aheadMs = 0;

function compareClocks() {
  aheadMs = Date.now() - Number(live.querySelector("[data-now]").dataset.now);
}

function waited(sinceMs) {
  const seconds = Math.max(0, Math.floor((Date.now() - aheadMs - sinceMs) / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

function tick() {
  for (const since of live.querySelectorAll("[data-since]")) {
    since.textContent = waited(Number(since.dataset.since));
  }
  clock.textContent = new Date(Date.now() - aheadMs).toLocaleTimeString(language, {
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: clock.dataset.zone,
  });
  document.body.classList.toggle("alarmed", standing() > 0);
}
setInterval(tick, 1000);
compareClocks();
tick();

// --- sound: browsers allow it only after somebody has touched the page

let audio = null;
const soundButton = document.getElementById("sound");

function turnSoundOn() {
  audio = audio || new AudioContext();
  audio.resume();
  soundButton.classList.add("on");
  soundButton.querySelector("span").textContent = soundButton.dataset.on;
  soundButton.querySelector("i").className = "ti ti-bell-ringing";
}

soundButton.addEventListener("click", () => {
  turnSoundOn();
  chime();
});
document.addEventListener("pointerdown", turnSoundOn, { once: true });

function tone(frequency, at, length) {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = "square";
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + length);
}

function chime() {
  if (audio) tone(880, audio.currentTime, 0.25);
}

function ring() {
  if (!audio || audio.state !== "running") return;
  for (let n = 0; n < 3; n += 1) {
    tone(988, audio.currentTime + n * 0.5, 0.22);
    tone(740, audio.currentTime + n * 0.5 + 0.24, 0.22);
  }
}
function call() {
  if (!audio || audio.state !== "running") return;
  for (let n = 0; n < 2; n += 1) tone(660, audio.currentTime + n * 0.6, 0.4);
}
setInterval(() => { if (standing() > 0) ring(); }, RING_EVERY_MS);

// --- taking charge

const dialog = document.getElementById("take");
const form = document.getElementById("take-form");
const by = document.getElementById("by");
const names = document.getElementById("names");
const RECENT = "storeloop-names";

function recent() {
  try {
    return JSON.parse(localStorage.getItem(RECENT)) || [];
  } catch {
    return [];
  }
}

live.addEventListener("click", (event) => {
  const button = event.target.closest("[data-alarm], [data-instruction]");
  if (!button) return;
  const { alarm, instruction } = button.dataset;
  form.action = alarm
    ? `/board/alarms/${encodeURIComponent(alarm)}/take`
    : `/board/instructions/${encodeURIComponent(instruction)}/take`;
  document.getElementById("take-what").textContent = button.dataset.what;
  names.replaceChildren(...recent().map((name) => {
    const choice = document.createElement("button");
    choice.type = "button";
    choice.textContent = name;
    choice.addEventListener("click", () => { by.value = name; form.requestSubmit(); });
    return choice;
  }));
  dialog.showModal();
  by.focus();
});

document.getElementById("take-cancel").addEventListener("click", () => dialog.close());

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = by.value.trim();
  if (!name) return;
  localStorage.setItem(RECENT, JSON.stringify([name, ...recent().filter((n) => n !== name)].slice(0, 6)));
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams({ by: name }) });
  if (answer.status === 403) location.reload();
  dialog.close();
});
