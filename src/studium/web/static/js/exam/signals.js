// Facts about how the exam was sat, of which the lobby tells beforehand: the tab left and come back
// to, something pasted, the connection lost and back. Sent together, never more often than needed.
const GATHER = 5_000; // ms
const MOST = 50; // in one batch

export class Signals {
  constructor({ url, token }) {
    Object.assign(this, { url, token });
    this.noted = [];
  }

  // One of the server's kinds: tab_left, tab_returned, pasted, reconnected.
  note(signal, detail = {}) {
    this.noted.push({ signal, at: performance.now(), ...detail });
    this.noted = this.noted.slice(-MOST);
    this.timer ??= setTimeout(() => this.send(), GATHER);
  }

  // The server has its own clock, so it is told how long ago each was.
  asSent({ at, ...fact }) {
    return { ...fact, seconds_ago: Math.max(0, Math.round((performance.now() - at) / 1000)) };
  }

  async send(keepalive = false) {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.noted;
    if (!batch.length) return;
    this.noted = [];
    try {
      const reply = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token() },
        body: JSON.stringify({ signals: batch.map((one) => this.asSent(one)) }),
        redirect: "manual",
        keepalive,
      });
      if (reply.status >= 500 || reply.type === "opaqueredirect") throw new Error(reply.status);
    } catch {
      this.noted = [...batch, ...this.noted].slice(-MOST); // with the next ones
    }
  }

  listen(form) {
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        this.leftAt = performance.now();
        this.note("tab_left");
        this.send(true);
      } else if (this.leftAt) {
        const seconds = Math.round((performance.now() - this.leftAt) / 1000);
        this.note("tab_returned", { seconds });
      }
    });
    form.addEventListener("paste", ({ clipboardData }) => {
      this.note("pasted", { characters: clipboardData?.getData("text").length ?? 0 });
    });
  }
}
