// What the page says about itself. Every sentence comes from the page, so it is translated there:
// the data-… attributes of the form, with {places} to fill in.
export const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export function setText(node, text) {
  if (node && node.textContent !== text) node.textContent = text; // said once, not every second
}

export const timeOfDay = (moment) =>
  new Date(moment).toLocaleTimeString(document.documentElement.lang, { hourCycle: "h23" });

export function inTime(words, ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds <= 60) return say(words.seconds, { n: seconds });
  return say(words.minutes, { n: Math.ceil(seconds / 60) });
}

const ALARM_AFTER = 10_000; // ms without a successful save

// "Saving…", "All answers saved 14:03:21", "Not saved yet: 3 waiting, we keep trying".
export class SaveState {
  constructor(words) {
    this.words = words;
    this.node = document.querySelector("[data-save-state]");
    this.alarm = document.querySelector("[data-offline]");
    this.code = document.querySelector("[data-receipt-code]");
    this.saved = null;
  }

  confirmed({ saved_at: at, receipt }) {
    this.saved = at;
    if (!receipt || !this.code) return;
    this.code.hidden = false;
    setText(this.code, say(this.words.receipt, { code: receipt }));
  }

  text(waiting, stuck, refused) {
    const { words } = this;
    if (stuck.length) return say(words.waiting, { n: waiting.length });
    if (refused.length) return say(words.problem, { n: refused[0].index + 1 });
    if (waiting.length) return words.saving;
    return this.saved ? say(words.saved, { at: timeOfDay(this.saved) }) : words.ready;
  }

  draw(sender) {
    const refused = sender.questions.filter((one) => one.refused);
    const waiting = sender.waiting.filter((one) => !one.refused);
    const stuck = sender.stuck.filter((one) => !one.refused);
    setText(this.node, this.text(waiting, stuck, refused));
    const trouble = stuck.length + refused.length > 0;
    this.node.parentElement.classList.toggle("is-warn", trouble);
    this.node.parentElement.classList.toggle("is-ok", !trouble);
    if (!stuck.length) this.alarm.hidden = true;
    this.since = stuck.length ? (this.since ?? performance.now()) : null;
  }

  // Said aloud once for each spell of trouble: the alarm stays until the spell is over.
  tick() {
    if (this.since && performance.now() - this.since > ALARM_AFTER) this.alarm.hidden = false;
  }
}
