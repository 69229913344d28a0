// The exam player: wakes the parts and lets them talk to each other. Without it the page is a plain
// form with a Save and a Submit button. The server decides about everything: which answer counts,
// what time it is, when it is over.
import { isEmpty, lock, read, wake, write } from "../answers.js";
import { inWords } from "./answer.js";
import { Asides } from "./asides.js";
import { Announcer, ServerClock } from "./clock.js";
import { Ending } from "./ending.js";
import { Messages } from "./messages.js";
import { Navigation } from "./navigation.js";
import { openQueue } from "./queue.js";
import { Review } from "./review.js";
import { Sender } from "./sender.js";
import { Session, tokenFrom } from "./session.js";
import { Signals } from "./signals.js";
import { Pulse, askState } from "./state.js";
import { guard } from "./tabs.js";
import { SaveState, inTime, say, setText } from "./words.js";

const TYPING_PAUSE = 400; // ms; the contract allows 500
const form = document.querySelector("[data-exam]");
const words = form.dataset;
const $ = (selector) => document.querySelector(selector);
const token = () => tokenFrom(words.csrfCookie, form.elements.csrfmiddlewaretoken.value);
const ask = () => askState(words.stateUrl);
const ours = `studium.exam.${words.person}.${words.attempt}`;

const questions = [...form.querySelectorAll("[data-question]")].map((box, index) => ({
  box,
  index,
  id: box.dataset.question,
  revision: Number(box.dataset.revision),
  link: $(`[data-to="${box.id}"]`),
}));
const clock = new ServerClock(words.serverTime, words.deadline, words.started);
const announcer = new Announcer();
const saveState = new SaveState(words);
const frozen = new Set(); // reasons why nothing can be typed: time, paused, another tab
let done = false;

// ---- typing ------------------------------------------------------------------------------------
function freeze(reason, on) {
  if (on) frozen.add(reason);
  else frozen.delete(reason);
  for (const { box } of questions) lock(box, frozen.size > 0);
}

function changed(question, pause = 0) {
  if (frozen.size) return;
  tell(question, "");
  // In the last seconds there is no time for a pause.
  sender.change(question, read(question.box), inWords(question.box), clock.left() < 3_000 ? 0 : pause);
}

function tell(question, text) {
  const place = question.box.querySelector("[data-message]");
  if (!text && place.querySelector("[data-aside]")) return; // a choice is open there
  place.hidden = !text;
  setText(place.querySelector("[data-text]"), text);
  place.querySelector(":scope > div > .st-link")?.setAttribute("hidden", "");
}

// ---- the parts ---------------------------------------------------------------------------------
// One question at once, locked until what this device holds was read. Somebody may have been faster
// than this script: what was typed before it came is a change like any other.
const isDirty = (field) =>
  /^(radio|checkbox)$/.test(field.type)
    ? field.checked !== field.defaultChecked
    : field.value !== field.defaultValue;
const typedInto = ({ box }) => [...box.querySelectorAll("input, textarea")].some(isDirty);
const early = new Set(questions.filter(typedInto));
const inUse = document.activeElement;
const navigation = new Navigation({ questions, words, key: `${ours}.flags` });
for (const { box } of questions) wake(box);
freeze("waking", true);
for (const node of document.querySelectorAll("[data-script-only]")) node.hidden = false;
for (const node of document.querySelectorAll("[data-no-script]")) node.remove();
if (!navigation.showAddressed(false)) navigation.show(questions[0], false);
form.classList.add("is-awake");

const queue = await openQueue(words);
const sender = new Sender({
  saveUrl: words.saveUrl,
  queue,
  token,
  now: () => clock.now(),
  events: {
    confirmed(question, body) {
      saveState.confirmed(body);
      clock.hear(body.saved_at);
      tell(question, "");
    },
    conflict: (question, found) => asides.meet(question, found),
    refused: (question, text) => tell(question, text ?? words.refused),
    lost: () => session.lost(),
    ended(code) {
      if (code === "paused") sender.hold("paused");
      pulse.refresh().then(() => clock.left() <= 0 && ending.over(), () => {});
    },
    changed: draw,
  },
});
const asides = new Asides({ words, queue, change: changed });
const signals = new Signals({ url: words.signalsUrl, token });
const messages = new Messages(`${ours}.read`);
const session = new Session({
  ask,
  onLost: () => sender.hold("signed out"),
  onBack(state) {
    heard(state);
    sender.release("signed out");
  },
});
const pulse = new Pulse({
  pulseUrl: words.pulseUrl,
  ask,
  onState: heard,
  onNobody: () => session.lost(),
  onReach: reached,
});
const ending = new Ending({
  sender,
  clock,
  pulse,
  words,
  token,
  submitUrl: words.submitUrl,
  freeze: (on) => freeze("time", on),
  say(text) {
    $("[data-closing-box]").hidden = !text;
    setText($("[data-closing-text]"), text);
  },
  leave,
});
const review = new Review({ questions, words, navigation, handIn });

// ---- what the server says ----------------------------------------------------------------------
function heard(state) {
  clock.hear(state.server_time);
  const deadline = Date.parse(state.deadline_at);
  if (deadline > clock.deadline) {
    announcer.again(deadline - clock.now());
    announce(say(words.moreTime, { time: inTime(words, deadline - clock.now()) }));
  }
  clock.deadline = deadline;
  messages.show(state.messages);
  pause(state.paused_at);
  if (state.status !== "in_progress") leave();
}

// While the clock stands nothing is taken; what waits is sent when it goes on.
function pause(since) {
  const on = since !== null;
  if (on === frozen.has("paused")) return;
  freeze("paused", on);
  $("[data-paused]").hidden = !on;
  if (!on) sender.release("paused");
}

let awaySince = null;
function reached(is) {
  if (is && awaySince !== null) {
    signals.note("reconnected", { seconds: Math.round((performance.now() - awaySince) / 1000) });
    sender.hurry(1_000);
  }
  awaySince = is ? null : (awaySince ?? performance.now());
}

function leave() {
  if (done) return;
  done = true;
  pulse.stop();
  sender.hold("over");
  location.assign(words.resultUrl);
}

async function handIn() {
  review.busy(true);
  const problem = await ending.handIn();
  review.busy(false);
  if (problem && !done) review.tell(problem);
}

// ---- what is shown -----------------------------------------------------------------------------
function draw() {
  saveState.draw(sender);
  for (const question of questions) navigation.draw(question);
  const answered = questions.filter(({ box }) => !isEmpty(read(box))).length;
  setText($("[data-answered]"), String(answered));
}

const announce = (text) => setText($("[data-say-time]"), text);
const title = document.title;
const isHidden = () => $("[data-time-box]").hidden;

function tick() {
  saveState.tick();
  if (done || frozen.has("another tab")) return;
  const left = clock.left();
  const text = frozen.has("paused") ? words.pausedTime : inTime(words, left);
  setText($("[data-time]"), text);
  const name = isHidden() ? title : `(${text}) ${title}`;
  if (document.title !== name) document.title = name;
  const mark = announcer.due(left, clock.span);
  if (mark) announce(say(words.left, { time: inTime(words, left) }));
  if (left < 4_000 && left > 2_500) pulse.refresh().catch(() => {}); // perhaps there is more time
  if (left < 2_000) for (const question of sender.waiting) sender.send(question);
  if (left <= 0 && !frozen.has("paused")) ending.over();
}

function hideTime(on) {
  $("[data-time-box]").hidden = on;
  $("[data-hide-time]").setAttribute("aria-pressed", String(on));
  try {
    localStorage.setItem("studium.exam.hide-time", on ? "yes" : "");
  } catch {
    // It is shown again after a reload.
  }
  tick();
}

// ---- waking up ---------------------------------------------------------------------------------
function anotherTab() {
  sender.hold("another tab");
  freeze("another tab", true);
  pulse.stop();
  $("[data-older]").hidden = false;
  document.title = title;
}

function listen() {
  for (const question of questions) {
    question.box.addEventListener("input", ({ target }) => {
      changed(question, /^(radio|checkbox|select-one)$/.test(target.type) ? 0 : TYPING_PAUSE);
    });
    question.box.addEventListener("focusout", () => sender.send(question));
  }
  form.addEventListener("submit", (event) => event.preventDefault()); // Enter in a text field
  $("[data-hide-time]").addEventListener("click", () => hideTime(!isHidden()));
  $("[data-continue]").addEventListener("click", () => location.reload());
  window.addEventListener("online", () => sender.hurry(500));
  window.addEventListener("pagehide", () => (sender.leave(), signals.send(true)));
  window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  window.addEventListener("beforeunload", (event) => {
    if (!done && !frozen.has("another tab") && sender.waiting.length) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) sender.leave();
    else if (!done) pulse.refresh().catch(() => {}); // the device may have slept
  });
}

async function resume() {
  for (const row of await queue.waiting()) {
    const question = questions.find(({ id }) => id === row.question);
    if (!question || early.has(question)) continue;
    sender.resume(question, row, {
      response: read(question.box), // as the page came
      revision: question.revision,
      saved_at: question.link.dataset.savedAt,
    });
    if (question.pending) write(question.box, question.pending.response);
  }
  for (const aside of await queue.asides()) {
    const question = questions.find(({ id }) => id === aside.question);
    if (question) asides.show(question, aside);
  }
}

for (const question of questions) sender.add(question);
$("[data-not-kept]").hidden = queue.keeps;
navigation.listen();
review.listen();
listen();
try {
  if (localStorage.getItem("studium.exam.hide-time")) hideTime(true);
} catch {
  // Nothing is kept here, so nothing was chosen.
}
await guard(words.attempt, anotherTab);
await resume();
freeze("waking", false);
for (const question of early) changed(question);
if (form.contains(inUse)) inUse.focus();
signals.listen(form);
draw();
tick();
setInterval(tick, 1_000);
pulse.start();
pulse.refresh().catch(() => {});
