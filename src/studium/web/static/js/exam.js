// The exam player. Without it the page is one long form with a Save and a Submit button; with it
// one question is shown at a time and each change is saved as it is made.
//
// The server decides about everything: which answer counts, what time it is, when it is over.
// Here each question has at most one save under way. Its number is the last confirmed one plus 1,
// given when it is sent; what could not be sent is kept, on this device too, and tried again.
const form = document.querySelector("[data-exam]");
const words = form.dataset; // every sentence comes from the page, so it is translated there
const csrf = form.querySelector("[name=csrfmiddlewaretoken]").value;
const save = document.querySelector("[data-save-state]");
const alarm = document.querySelector("[data-offline]");
const STORE = `studium.exam.${words.attempt}`;
const TYPING_PAUSE = 400; // ms; the contract allows 500
const ALARM_AFTER = 10_000; // ms without a successful save
const BACK_OFF = [1, 2, 4, 8, 15]; // seconds

const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
// Objects are compared with their keys in order: a database may give them back in another one.
const flat = (value) => JSON.stringify(value, isObject(value) ? Object.keys(value).sort() : null);
const same = (a, b) => flat(a) === flat(b);
let frozen = false;

// ---- what is kept on this device ---------------------------------------------------------------
function kept() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? { answers: {}, flags: [] };
  } catch {
    return { answers: {}, flags: [] };
  }
}

function keep(change) {
  const store = kept();
  change(store);
  try {
    localStorage.setItem(STORE, JSON.stringify(store));
  } catch (error) {
    console.warn("This device keeps nothing; answers are still sent.", error);
  }
}

// ---- the answer in a fieldset ------------------------------------------------------------------
// data-shape says what the server expects: choice, list, boolean, text, number, object.
function valueOf(input) {
  if (input.dataset.type === "boolean") return input.value === "true";
  return input.dataset.type === "number" && input.value !== "" ? Number(input.value) : input.value;
}

function readObject(inputs) {
  const found = {};
  for (const input of inputs) {
    const chosen = input.type !== "radio" || input.checked;
    if (chosen && input.value !== "" && !input.disabled) found[input.dataset.part] = valueOf(input);
  }
  return Object.keys(found).length ? found : null;
}

function read(question) {
  const checked = question.inputs.filter((input) => input.checked);
  switch (question.shape) {
    case "choice":
      return checked[0]?.value ?? null;
    case "boolean":
      return checked.length ? checked[0].value === "true" : null;
    case "list":
      return checked.map((input) => input.value);
    case "object":
      return readObject(question.inputs);
    default:
      return question.inputs[0].value;
  }
}

function write(question, response) {
  for (const input of question.inputs) {
    const value = question.shape === "object" ? response?.[input.dataset.part] : response;
    if (input.type === "radio" || input.type === "checkbox") {
      const wanted = Array.isArray(value) ? value.map(String) : [String(value)];
      input.checked = value != null && wanted.includes(input.value);
    } else {
      input.value = value ?? "";
    }
  }
  onlyFitting(question);
}

// Parts that make no sense for what was chosen (the output of a program that does not compile).
function onlyFitting(question) {
  const chosen = question.inputs.find((input) => "rules" in input.dataset && input.checked);
  for (const part of question.box.querySelectorAll("[data-when]")) {
    part.hidden = part.dataset.when !== chosen?.value;
    for (const input of part.querySelectorAll("input, textarea")) input.disabled = part.hidden;
  }
}

const isEmpty = (response) => response == null || response === "" || response.length === 0;

const questions = [...form.querySelectorAll("[data-question]")].map((box, index) => ({
  box,
  index,
  id: box.dataset.question,
  shape: box.dataset.shape,
  revision: Number(box.dataset.revision),
  inputs: [...box.querySelectorAll("input, textarea, select")],
  link: document.querySelector(`[data-to="${box.id}"]`),
  waiting: undefined, // the answer that still has to be sent
  sending: undefined, // the answer that is under way
  last: undefined, // the answer of a save whose reply never came
  failures: 0,
  refused: false, // the server cannot take it as it is; only a change helps
}));

// ---- saving ------------------------------------------------------------------------------------
function changed(question, pause) {
  if (frozen) return;
  onlyFitting(question);
  question.waiting = read(question);
  question.refused = false;
  tell(question, "");
  keep((store) => (store.answers[question.id] = question.waiting));
  clearTimeout(question.timer);
  question.timer = setTimeout(() => send(question), pause);
  draw();
}

async function send(question) {
  clearTimeout(question.timer);
  if (question.sending !== undefined || question.waiting === undefined || frozen) return;
  question.sending = question.waiting;
  question.waiting = undefined;
  draw();
  try {
    const reply = await fetch(`${words.saveUrl}${question.id}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify({ response: question.sending, revision: question.revision + 1 }),
      signal: AbortSignal.timeout(15_000),
    });
    const body = await reply.json().catch(() => ({}));
    take(question, reply.status, body);
  } catch {
    failed(question); // no connection, or no answer in time
  }
  draw();
}

function take(question, status, body) {
  if (status === 200) confirmed(question, body, question.sending);
  else if (status === 409 && body.code === "stale_revision" && body.answer) stale(question, body);
  else if (status === 409) close();
  else if (status === 400 || status === 422 || status === 413) refuse(question, body);
  else failed(question);
}

function confirmed(question, body, sent) {
  question.sending = undefined;
  question.revision = body.revision;
  question.failures = 0;
  lastSaved = new Date(body.saved_at);
  clock.hear(body.saved_at);
  if (question.waiting === undefined) {
    keep((store) => same(store.answers[question.id], sent) && delete store.answers[question.id]);
  } else {
    send(question);
  }
}

function failed(question) {
  question.last = question.sending;
  question.waiting ??= question.sending;
  question.sending = undefined;
  const wait = BACK_OFF[Math.min(question.failures, BACK_OFF.length - 1)];
  question.failures += 1;
  // A little chance spreads a room full of pages that lost the same connection.
  question.timer = setTimeout(() => send(question), wait * 1000 * (0.75 + Math.random() / 2));
}

function refuse(question, body) {
  question.sending = undefined;
  question.refused = question.waiting === undefined;
  tell(question, body.detail ?? words.refused);
  if (!question.refused) send(question);
}

// The server holds another answer under this number. If it is the one sent before (its reply was
// lost), go on from there; else it was changed elsewhere: show that one, keep ours at hand.
function stale(question, { answer }) {
  const mine = question.waiting ?? question.sending;
  const lost = same(answer.response, question.last);
  question.sending = undefined;
  question.revision = answer.revision;
  if (same(answer.response, mine)) {
    question.waiting = undefined;
    confirmed(question, answer, mine);
  } else if (lost) {
    question.waiting = mine;
    send(question);
  } else {
    question.waiting = undefined;
    keep((store) => delete store.answers[question.id]);
    write(question, answer.response);
    tell(question, words.elsewhere, () => (write(question, mine), changed(question, 0)));
  }
}

function tell(question, text, putBack) {
  const place = question.box.querySelector("[data-message]");
  place.hidden = !text;
  place.querySelector("[data-text]").textContent = text;
  const button = place.querySelector("button");
  button.hidden = !putBack;
  button.onclick = putBack ?? null;
}

// ---- the state in words ------------------------------------------------------------------------
let lastSaved = null;
let troubleSince = null;

function draw() {
  const open = questions.filter((q) => q.waiting !== undefined || q.sending !== undefined);
  const stuck = open.filter((q) => q.failures > 0);
  const refused = questions.filter((q) => q.refused);
  troubleSince = stuck.length ? (troubleSince ?? Date.now()) : null;
  let text = lastSaved ? say(words.saved, { at: lastSaved.toLocaleTimeString() }) : words.ready;
  if (open.length) text = words.saving;
  if (refused.length) text = say(words.problem, { n: refused[0].index + 1 });
  if (stuck.length) text = say(words.waiting, { n: open.length });
  if (save.textContent !== text) save.textContent = text;
  save.parentElement.classList.toggle("is-warn", stuck.length + refused.length > 0);
  save.parentElement.classList.toggle("is-ok", stuck.length + refused.length === 0);
  if (!stuck.length) alarm.hidden = true;
  for (const question of questions) drawLink(question);
  const answered = questions.filter((q) => !isEmpty(read(q))).length;
  document.querySelector("[data-answered]").textContent = String(answered);
}

function drawLink(question) {
  const { link } = question;
  const answered = !isEmpty(read(question));
  const unsaved = question.failures > 0 && (question.waiting ?? question.sending) !== undefined;
  const flagged = kept().flags.includes(question.id);
  link.classList.toggle("is-answered", answered);
  link.classList.toggle("is-waiting", unsaved);
  link.classList.toggle("is-flagged", flagged);
  const state = [answered ? words.wordAnswered : words.wordOpen];
  if (flagged) state.push(words.wordFlagged);
  if (unsaved) state.push(words.wordUnsaved);
  const name = say(words.wordQuestion, { n: question.index + 1 });
  link.setAttribute("aria-label", `${name}, ${state.join(", ")}`);
}

// ---- time: the server's, counted on by a clock that nobody can set -----------------------------
const clock = {
  hear(serverTime) {
    const ahead = Date.parse(serverTime) - performance.now();
    // A reply is always a little old, so the largest value is the nearest to the truth.
    this.ahead = Math.max(this.ahead ?? -Infinity, ahead);
  },
  left() {
    return this.deadline - (performance.now() + this.ahead);
  },
};
clock.hear(words.serverTime);
clock.deadline = Date.parse(words.deadline);
const span = clock.deadline - Date.parse(words.started);
const spoken = new Set();

function inWords(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds <= 60) return say(words.seconds, { n: seconds });
  return say(words.minutes, { n: Math.ceil(seconds / 60) });
}

function speak(ms) {
  for (const mark of [span / 2, 600_000, 300_000, 60_000]) {
    // Said when the mark is passed, not on a page that is opened later than that.
    if (ms > mark || mark > span / 2 || spoken.has(mark)) continue;
    spoken.add(mark);
    if (mark - ms < 5_000) {
      document.querySelector("[data-say-time]").textContent = say(words.left, { time: inWords(ms) });
    }
  }
}

const title = document.title;
function tick() {
  if (frozen) return;
  const ms = clock.left();
  const text = inWords(ms);
  const shown = document.querySelector("[data-time]");
  if (shown.textContent !== text) {
    shown.textContent = text;
    document.title = `(${text}) ${title}`;
  }
  speak(ms);
  if (troubleSince && Date.now() - troubleSince > ALARM_AFTER) alarm.hidden = false;
  if (ms < 2_000) questions.forEach(send); // what is being typed right now still counts
  if (ms <= 0) close();
}

async function ask() {
  const reply = await fetch(words.attemptUrl, { headers: { Accept: "application/json" } });
  if (!reply.ok) throw new Error(String(reply.status));
  const attempt = await reply.json();
  clock.hear(attempt.server_time);
  clock.deadline = Date.parse(attempt.deadline_at);
  return attempt;
}

// The server said it is over, or the clock did. More time may have been given meanwhile: ask first.
async function close() {
  if (frozen) return;
  frozen = true;
  for (const { box } of questions) box.disabled = true;
  save.textContent = words.closing;
  try {
    const attempt = await ask();
    if (attempt.status === "in_progress" && clock.left() > 0) return setTimeout(thaw, 1000);
  } catch {
    setTimeout(() => ((frozen = false), close()), 3000);
    return;
  }
  leave();
  location.assign(words.resultUrl);
}

function thaw() {
  frozen = false;
  for (const question of questions) {
    question.box.disabled = false;
    question.waiting ??= question.sending;
    question.sending = undefined;
    send(question);
  }
  draw();
}

function leave() {
  window.removeEventListener("beforeunload", warn);
  try {
    localStorage.removeItem(STORE);
  } catch {
    // Nothing could be kept here, so there is nothing to remove.
  }
}

// ---- one question at a time --------------------------------------------------------------------
let current = questions[0];
const bar = document.querySelector("[data-bar]");

function show(question, focus = true) {
  current = question;
  for (const other of questions) {
    other.box.hidden = other !== question;
    if (other === question) other.link.setAttribute("aria-current", "step");
    else other.link.removeAttribute("aria-current");
  }
  const [back, next] = [questions[question.index - 1], questions[question.index + 1]];
  bar.querySelector("[data-back]").hidden = !back;
  bar.querySelector("[data-next]").hidden = !next;
  drawFlag();
  if (focus) {
    question.box.querySelector("[data-heading]").focus();
    window.scrollTo({ top: 0 });
  }
}

function drawFlag() {
  const flagged = kept().flags.includes(current.id);
  bar.querySelector("[data-flag]").setAttribute("aria-pressed", String(flagged));
}

function flag() {
  keep((store) => {
    const others = store.flags.filter((id) => id !== current.id);
    store.flags = others.length === store.flags.length ? [...others, current.id] : others;
  });
  drawFlag();
  draw();
}

const step = (by) => questions[current.index + by] && show(questions[current.index + by]);
const byHash = () => questions.find(({ box }) => `#${box.id}` === location.hash);

// ---- handing in --------------------------------------------------------------------------------
const review = document.getElementById("review");

function openReview() {
  const open = questions.filter((question) => isEmpty(read(question)));
  const list = review.querySelector("[data-open-list]");
  list.replaceChildren(
    ...open.map((question) => {
      const item = document.createElement("li");
      const link = Object.assign(document.createElement("a"), {
        href: `#${question.box.id}`,
        textContent: say(words.wordQuestion, { n: question.index + 1 }),
        className: "st-chip",
      });
      link.addEventListener("click", () => review.close());
      item.append(link);
      return item;
    }),
  );
  review.querySelector("[data-some-open]").hidden = open.length === 0;
  review.querySelector("[data-all-answered]").hidden = open.length > 0;
  review.showModal();
}

const unsaved = () => questions.filter((q) => (q.waiting ?? q.sending) !== undefined);

async function handIn(event) {
  event.preventDefault();
  const target = event.target;
  for (const question of questions) send(question);
  for (let tries = 0; tries < 50 && unsaved().length; tries += 1) {
    await new Promise((done) => setTimeout(done, 100));
  }
  const note = review.querySelector("[data-unsaved]");
  note.hidden = unsaved().length === 0;
  if (unsaved().length) return; // the notice says that they wait and that we keep trying
  leave();
  target.submit();
}

function warn(event) {
  if (unsaved().length) event.preventDefault();
}

// ---- waking up ---------------------------------------------------------------------------------
for (const question of questions) {
  const stored = kept().answers[question.id];
  onlyFitting(question);
  question.box.addEventListener("input", ({ target }) => {
    changed(question, /^(radio|checkbox)$/.test(target.type) ? 0 : TYPING_PAUSE);
  });
  question.box.addEventListener("focusout", () => send(question));
  if (stored !== undefined && !same(stored, read(question))) {
    write(question, stored);
    changed(question, 0);
  }
}
for (const node of document.querySelectorAll("[data-script-only]")) node.hidden = false;
for (const node of document.querySelectorAll("[data-no-script]")) node.remove();
bar.querySelector("[data-back]").addEventListener("click", () => step(-1));
bar.querySelector("[data-next]").addEventListener("click", () => step(1));
bar.querySelector("[data-flag]").addEventListener("click", flag);
for (const button of document.querySelectorAll("[data-review]")) {
  button.addEventListener("click", openReview);
}
review.querySelector("form").addEventListener("submit", handIn);
document.querySelector("[data-hide-time]").addEventListener("click", ({ currentTarget }) => {
  const time = document.querySelector("[data-time-box]");
  time.hidden = !time.hidden;
  currentTarget.setAttribute("aria-pressed", String(time.hidden));
});
form.addEventListener("submit", (event) => event.preventDefault()); // Enter in a text field
window.addEventListener("hashchange", () => byHash() && show(byHash()));
window.addEventListener("beforeunload", warn);
window.addEventListener("online", () => questions.forEach(send));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !frozen) ask().catch(() => {}); // the device may have slept
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "f" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("textarea, select, dialog, input:not([type=radio], [type=checkbox])")) {
    return;
  }
  flag();
});
show(byHash() ?? current, false);
draw();
tick();
setInterval(tick, 1000);
