// Asks the server how the attempt stands. The pulse is a number that rises whenever the staff do
// something; it costs next to nothing, so it is asked for every other second, and the state itself
// when the number has changed, from time to time, and whenever the page has a reason.
const PULSE = 2_000; // ms, give or take a fifth
const AT_LEAST_EVERY = 30_000; // ms: a sign of life, and the time measured again
const PATIENCE = 8_000;

const jitter = (ms) => ms * (0.8 + Math.random() * 0.4);

// {status: "mine", state}, or "out" (nobody is signed in) or "other"; rejects without a connection.
export async function askState(url) {
  const reply = await fetch(url, {
    headers: { Accept: "application/json" },
    cache: "no-store",
    redirect: "manual", // the way to the sign-in page
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (reply.type === "opaqueredirect" || reply.status === 401) return { status: "out" };
  if (reply.status === 404 || reply.status === 403) return { status: "other" };
  if (!reply.ok) throw new Error(String(reply.status));
  const state = await reply.json();
  return state.own === false ? { status: "other" } : { status: "mine", state };
}

export class Pulse {
  constructor({ pulseUrl, ask, onState, onNobody, onReach }) {
    Object.assign(this, { pulseUrl, ask, onState, onNobody, onReach });
    this.number = 0;
    this.asked = performance.now();
  }

  start() {
    this.timer = setTimeout(() => this.beat(), jitter(PULSE));
  }

  stop() {
    clearTimeout(this.timer);
    this.stopped = true;
  }

  async beat() {
    try {
      const reply = await fetch(this.pulseUrl, {
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (reply.ok) await this.heard(await reply.text());
      this.onReach(reply.status < 500);
    } catch {
      this.onReach(false);
    }
    if (!this.stopped) this.start();
  }

  async heard(text) {
    const number = Number(text);
    const isOld = performance.now() - this.asked > AT_LEAST_EVERY;
    if (number > this.number || isOld) await this.refresh();
  }

  async refresh() {
    const { status, state } = await this.ask();
    if (status === "mine") {
      this.asked = performance.now();
      this.number = state.pulse; // a state that could not be fetched is asked for again
      this.onState(state);
    } else this.onNobody();
    return status;
  }
}
