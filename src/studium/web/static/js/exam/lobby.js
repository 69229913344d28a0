// Before the exam: is the connection good, does this browser keep answers, does the device's clock
// differ (which does not matter), and the Start button when the exam opens.
import { setText, say } from "./words.js";

const place = document.querySelector("[data-lobby]");
const words = place.dataset;
const TRIES = 3;
const SLOW = 1_000; // ms

async function roundTrip() {
  const began = performance.now();
  const reply = await fetch(words.pulseUrl, { cache: "no-store", signal: AbortSignal.timeout(5_000) });
  if (!reply.ok) throw new Error(String(reply.status));
  await reply.text();
  return performance.now() - began;
}

async function connection() {
  const times = [];
  for (let n = 0; n < TRIES; n += 1) times.push(await roundTrip());
  const ms = Math.round(Math.min(...times));
  return say(ms < SLOW ? words.connected : words.slow, { ms });
}

function keeping() {
  return new Promise((done) => {
    const give = (good) => done(good ? words.keeps : words.keepsNot);
    if (!window.indexedDB || !window.BroadcastChannel) return give(false);
    const asked = indexedDB.open("studium-try", 1);
    asked.onerror = () => give(false);
    asked.onsuccess = () => (asked.result.close(), give(true));
  });
}

function deviceClock() {
  const loaded = performance.timeOrigin + performance.getEntriesByType("navigation")[0].responseStart;
  const minutes = Math.round((loaded - Date.parse(words.serverTime)) / 60_000);
  return minutes ? say(words.clockOff, { n: Math.abs(minutes) }) : words.clockRight;
}

async function test(name, work) {
  const line = place.querySelector(`[data-test=${name}]`);
  try {
    setText(line, await work());
  } catch {
    setText(line, words.notConnected);
  }
}

// The server's time of the opening, counted down by the device; the server checks anyway.
function waitForOpening() {
  const form = document.querySelector("[data-opens]");
  if (!form) return;
  const button = form.querySelector("button[type=submit]");
  const wait = Date.parse(form.dataset.opens) - Date.parse(words.serverTime) - performance.now();
  form.hidden = false;
  button.disabled = true;
  const until = performance.now() + wait;
  const timer = setInterval(() => {
    const left = until - performance.now();
    if (left > 0) return setText(form.querySelector("[data-opens-in]"), opensIn(left));
    clearInterval(timer);
    button.disabled = false;
    document.querySelector("[data-not-open]").hidden = true;
    setText(form.querySelector("[data-opens-in]"), "");
    setText(form.querySelector("[data-open-now]"), words.openNowWords);
  }, 500);
}

function opensIn(ms) {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return say(words.inSeconds, { n: seconds });
  return seconds < 7_200 ? say(words.inMinutes, { n: Math.ceil(seconds / 60) }) : "";
}

place.hidden = false;
waitForOpening();
await test("connection", connection);
await test("keeping", keeping);
await test("clock", deviceClock);
