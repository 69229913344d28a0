// How it ends: the student hands in, time runs out, or the staff close the attempt. The server is
// asked before anything; what waits is sent first; the page leaves when the server says it is over.
const PAUSE = 1_000; // ms between two questions to the server at the end
const PATIENCE = 10_000; // ms for the queue before handing in

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export class Ending {
  // freeze(on) stops typing; say(text) tells how far it is; leave() goes to the result.
  constructor({ sender, clock, pulse, words, submitUrl, token, freeze, say, leave }) {
    Object.assign(this, { sender, clock, pulse, words, submitUrl, token, freeze, say, leave });
    this.under = false;
  }

  async queueSent(patience = PATIENCE) {
    const until = performance.now() + patience;
    this.sender.hurry();
    while (this.sender.waiting.some((one) => !one.refused) && performance.now() < until) {
      await sleep(100);
    }
    return !this.sender.waiting.some((one) => !one.refused);
  }

  // True when the attempt is over now; rejects without a connection.
  async submit() {
    const reply = await fetch(this.submitUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token() },
      body: "{}",
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (reply.status >= 500) throw new Error(String(reply.status));
    await this.pulse.refresh(); // leaves the page when it is over; learns who is signed in
    return reply.ok;
  }

  // The student's own wish. Gives a sentence that says why not yet, or nothing when it is done.
  async handIn() {
    if (!(await this.queueSent())) return this.words.notYetSaved;
    const refused = this.sender.questions.filter((one) => one.refused);
    if (refused.length) return this.words.notAsItIs;
    try {
      return (await this.submit()) ? "" : this.words.notYetHandedIn;
    } catch {
      return this.words.notYetHandedIn;
    }
  }

  // The clock says that time is up, or the server that it takes nothing more.
  async over() {
    if (this.under) return;
    this.under = true;
    this.freeze(true);
    // A room full of pages ends at one moment; who has nothing to send leaves the others the way.
    if (!this.sender.waiting.length) await sleep(2 * PAUSE * Math.random());
    while (!(await this.tryToEnd())) await sleep(PAUSE * (1 + Math.random()));
    this.under = false;
  }

  async tryToEnd() {
    this.say(this.words.closing);
    try {
      if ((await this.pulse.refresh()) !== "mine") return false;
      if (this.clock.left() > PAUSE) {
        this.say("");
        this.freeze(false); // more time was given meanwhile
        return true;
      }
      // Within the grace the queue still counts; handing in then needs no waiting for its end.
      if (await this.queueSent(3_000)) await this.submit();
      else this.say(this.words.closingKept);
    } catch {
      this.say(this.words.closingKept);
    }
    return false;
  }
}
