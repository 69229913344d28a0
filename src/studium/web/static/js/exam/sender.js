// Sends what waits, one save per question at a time, a few in all. The number of a change is the
// last confirmed one plus 1, given when it is sent (409 stale_revision says that somebody else used
// it). A reply that never comes leaves open whether the change was stored; what was tried under a
// number is remembered, so that our own earlier change is never taken for somebody else's.
import { alike } from "./answer.js";

const AT_ONCE = 4; // saves under way; a long offline spell must not become a burst
const PATIENCE = 15_000; // ms for one reply
const LONGEST_PAUSE = 15_000; // ms between two attempts of one question
const LATEST = 450; // ms from a change to its sending; the contract allows 500
const TRIED = 12; // responses remembered per question

export class Sender {
  // events: confirmed(question, body), conflict(question, aside), refused(question, text),
  // ended(), lost(status), changed()
  constructor({ saveUrl, queue, token, now, events }) {
    Object.assign(this, { saveUrl, queue, token, now, events });
    this.questions = [];
    this.active = 0;
    this.held = new Set(); // reasons not to send: signed out, another tab, paused
    this.notBefore = 0; // the server asked for this much quiet
    this.troubleSince = null;
  }

  add(question) {
    Object.assign(question, { pending: null, tried: [], busy: false, failures: 0, refused: false });
    this.questions.push(question);
  }

  get waiting() {
    return this.questions.filter((one) => one.pending !== null);
  }

  get stuck() {
    return this.waiting.filter((one) => one.failures > 0 || this.held.size > 0);
  }

  // The student changed an answer: keep it on this device now, send it after the pause.
  change(question, response, words, pause) {
    const id = `${this.now().toFixed(0)}-${Math.random().toString(36).slice(2, 10)}`;
    question.pending = { id, response, words, madeAt: this.now() };
    question.refused = false;
    this.keep(question);
    // Typing on and on must not put off the sending for ever; what fails has its own pause.
    question.since ??= performance.now();
    const latest = Math.max(0, LATEST - (performance.now() - question.since));
    if (!question.failures) this.later(question, Math.min(pause, latest));
    this.events.changed();
  }

  // What an earlier page of this attempt left behind: as if it had just been typed, but with the
  // time of its making. `stored` is what the server holds now.
  resume(question, row, stored) {
    question.tried = row.tried ?? [];
    if (alike(question.box, row.response, stored.response)) return this.queue.confirm(question.id, row.id);
    question.pending = { id: row.id, response: row.response, words: row.words, madeAt: row.madeAt };
    const foreign = stored.revision > (row.base ?? 0) && !this.isOurs(question, stored.response);
    if (foreign) this.settle(question, stored);
    else this.later(question, 0);
  }

  keep(question) {
    if (this.held.has("another tab")) return; // its record is newer
    const { id, index, tried, revision: base, pending } = question;
    const record = { question: id, number: index + 1, tried, base, keptAt: Date.now() };
    return this.queue.put({ ...pending, ...record });
  }

  isOurs(question, response) {
    return question.tried.some((one) => alike(question.box, one, response));
  }

  later(question, wait) {
    clearTimeout(question.timer);
    question.timer = setTimeout(() => this.send(question), wait);
  }

  hold(reason) {
    this.held.add(reason);
    this.events.changed();
  }

  release(reason) {
    if (this.held.delete(reason) && !this.held.size) this.hurry();
  }

  // Try everything again now: the connection is back, or time runs out. A little chance spreads a
  // room full of pages that lost the same connection.
  hurry(spread = 0) {
    this.notBefore = 0;
    for (const question of this.waiting) {
      if (!question.refused) this.later(question, Math.random() * spread);
    }
    this.events.changed();
  }

  async send(question, keepalive = false) {
    clearTimeout(question.timer);
    if (this.held.size || question.busy || !question.pending || question.refused) return;
    const quiet = this.notBefore - performance.now();
    if (quiet > 0 || this.active >= AT_ONCE) return this.later(question, Math.max(quiet, 60));
    question.busy = true;
    question.since = undefined;
    this.active += 1;
    this.events.changed();
    await this.attempt(question, keepalive);
    this.active -= 1;
    question.busy = false;
    if (question.pending && !question.refused && !question.failures) this.later(question, 0);
    this.events.changed();
  }

  async attempt(question, keepalive) {
    const change = question.pending;
    if (!this.isOurs(question, change.response)) {
      question.tried = [...question.tried, change.response].slice(-TRIED);
    }
    const kept = this.keep(question);
    let reply, body;
    try {
      reply = await fetch(`${this.saveUrl}${question.id}`, {
        method: "PUT",
        // What the server refuses is said to the reader of this page, in its language.
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": this.token(),
          "Accept-Language": document.documentElement.lang,
        },
        body: JSON.stringify({ response: change.response, revision: question.revision + 1 }),
        signal: AbortSignal.timeout(PATIENCE),
        redirect: "manual",
        keepalive,
      });
      body = await reply.json();
    } catch {
      // "We keep trying" is said when the device has it; a store that hangs is not waited for.
      await Promise.race([kept, new Promise((done) => setTimeout(done, 1_000))]);
      return this.failed(question, reply); // no connection, no reply in time, or half of one
    }
    this.take(question, change, reply, body);
  }

  take(question, change, reply, body) {
    const { status } = reply;
    if (status === 200) this.confirmed(question, change, body);
    else if (status === 409 && body.code === "stale_revision" && body.answer) {
      this.stale(question, body.answer);
    } else if (status === 409) this.over(question, body);
    else if ([401, 403, 404].includes(status)) this.lost(question, status);
    else if ([400, 413, 422].includes(status)) this.refuse(question, change, body);
    else this.failed(question, reply);
  }

  confirmed(question, change, body) {
    question.revision = body.revision;
    question.tried = [];
    this.calm(question);
    this.queue.confirm(question.id, change.id);
    if (question.pending?.id === change.id) question.pending = null;
    else if (question.pending) this.keep(question); // its base is the new number
    this.events.confirmed(question, body);
  }

  stale(question, answer) {
    question.failures = 0;
    if (alike(question.box, answer.response, question.pending.response)) {
      this.confirmed(question, question.pending, answer);
    } else if (this.isOurs(question, answer.response)) {
      question.revision = answer.revision; // the reply to it was lost; go on from there
    } else {
      this.settle(question, answer);
    }
  }

  // Changed in two places: the newer one counts, the other is kept for the student to choose.
  settle(question, answer) {
    question.revision = answer.revision;
    question.tried = [];
    const mine = question.pending;
    const isNewer = mine.madeAt > Date.parse(answer.saved_at);
    if (isNewer) {
      this.keep(question);
      this.later(question, 0);
    } else {
      question.pending = null;
      this.queue.confirm(question.id, mine.id);
    }
    this.calm(question);
    this.events.conflict(question, { answer, mine, isNewer });
  }

  calm(question) {
    question.failures = 0;
    if (!this.questions.some((one) => one.failures)) this.troubleSince = null;
  }

  failed(question, reply) {
    question.failures += 1;
    this.troubleSince ??= performance.now();
    const longest = Math.min(LONGEST_PAUSE, 500 * 2 ** question.failures);
    let wait = longest * (0.5 + Math.random() / 2);
    const asked = Number(reply?.headers.get("Retry-After"));
    if (asked > 0) {
      wait = Math.max(wait, asked * 1000 * (1 + Math.random() / 4));
      this.notBefore = performance.now() + Math.min(asked, 60) * 1000;
    }
    this.later(question, wait);
  }

  // Not stored, and trying again by itself would not help.
  lost(question, status) {
    question.failures += 1;
    this.troubleSince ??= performance.now();
    this.events.lost(status);
    this.later(question, LONGEST_PAUSE);
  }

  over(question, body) {
    question.failures += 1;
    this.later(question, 2_000);
    this.events.ended(body.code);
  }

  refuse(question, change, body) {
    question.failures = 0;
    question.refused = question.pending?.id === change.id;
    const text = body.fields?.response ?? body.detail;
    if (question.refused) this.events.refused(question, text);
  }

  // The page goes away: what is still in its pause leaves now, and the browser sees it through.
  leave() {
    for (const question of this.waiting) this.send(question, true);
  }
}
