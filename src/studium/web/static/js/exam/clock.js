// The server's time, counted on by a clock that nobody can set. A reply is always a little old, so
// of the measurements of the last minutes the largest is the nearest to the truth; older ones are
// forgotten, because a device may sleep and its counter with it.
const KEEP = 120_000; // ms

export class ServerClock {
  constructor(serverTime, deadline, started) {
    this.heard = [];
    this.hear(serverTime);
    this.deadline = Date.parse(deadline);
    this.started = Date.parse(started);
  }

  hear(serverTime) {
    const time = Date.parse(serverTime);
    if (Number.isNaN(time)) return;
    const at = performance.now();
    this.heard = this.heard.filter((one) => at - one.at < KEEP);
    this.heard.push({ at, ahead: time - at });
    this.ahead = Math.max(...this.heard.map((one) => one.ahead));
  }

  now() {
    return performance.now() + this.ahead;
  }

  left() {
    return this.deadline - this.now();
  }

  get span() {
    return this.deadline - this.started;
  }
}

// Which times to say aloud: each once, when it is passed, not on a page opened later than that.
export class Announcer {
  constructor() {
    this.said = new Set();
  }

  due(left, span) {
    let found = null;
    for (const mark of [span / 2, 600_000, 300_000, 60_000]) {
      if (left > mark || mark > span / 2 || this.said.has(mark)) continue;
      this.said.add(mark);
      if (mark - left < 5_000) found = mark;
    }
    return found;
  }

  // More time was given: what lies ahead again is said again.
  again(left) {
    for (const mark of this.said) if (mark < left) this.said.delete(mark);
  }
}
