// One question at a time: the list beside it, Previous and Next, arrows, the flag and its key.
// Flags are the student's own marks, so they stay on this device.
import { isEmpty, read } from "../answers.js";
import { say } from "./words.js";

const TYPING = "textarea, select, dialog, input:not([type=radio], [type=checkbox])";
const ARROWS = `${TYPING}, input, [role=radiogroup], [role=region], pre`;

export class Navigation {
  constructor({ questions, words, key, onShow }) {
    Object.assign(this, { questions, words, key, onShow });
    this.bar = document.querySelector("[data-bar]");
    this.review = document.querySelector("[data-review-page]");
    this.flags = this.load();
    this.current = null;
  }

  load() {
    try {
      return new Set(JSON.parse(localStorage.getItem(this.key)) ?? []);
    } catch {
      return new Set();
    }
  }

  flag() {
    const { id } = this.current ?? {};
    if (!id) return;
    if (!this.flags.delete(id)) this.flags.add(id);
    try {
      localStorage.setItem(this.key, JSON.stringify([...this.flags]));
    } catch {
      // The flag holds until the page is closed.
    }
    this.drawFlag();
    this.draw(this.current);
  }

  show(question, focus = true) {
    this.current = question;
    this.review.hidden = true;
    for (const other of this.questions) {
      other.box.hidden = other !== question;
      if (other === question) other.link.setAttribute("aria-current", "step");
      else other.link.removeAttribute("aria-current");
    }
    this.bar.hidden = false;
    this.bar.querySelector("[data-back]").hidden = question.index === 0;
    const last = question.index === this.questions.length - 1;
    this.bar.querySelector("[data-next]").hidden = last;
    this.bar.querySelector("[data-last]").hidden = !last;
    this.drawFlag();
    this.onShow?.(question);
    if (focus) this.focus(question.box.querySelector("[data-heading]"));
  }

  showReview() {
    this.current = null;
    for (const { box, link } of this.questions) {
      box.hidden = true;
      link.removeAttribute("aria-current");
    }
    this.bar.hidden = true;
    this.review.hidden = false;
    this.focus(this.review.querySelector("[data-heading]"));
  }

  focus(heading) {
    heading.focus();
    window.scrollTo({ top: 0 });
  }

  step(by) {
    const next = this.current && this.questions[this.current.index + by];
    if (next) this.show(next);
  }

  drawFlag() {
    const flagged = this.flags.has(this.current?.id);
    this.bar.querySelector("[data-flag]").setAttribute("aria-pressed", String(flagged));
  }

  // In words, for the link and for the table of the review.
  stateOf(question) {
    const { words } = this;
    const found = [isEmpty(read(question.box)) ? words.wordOpen : words.wordAnswered];
    if (this.flags.has(question.id)) found.push(words.wordFlagged);
    if (question.pending && question.failures > 0) found.push(words.wordUnsaved);
    return found;
  }

  draw(question) {
    const { link } = question;
    link.classList.toggle("is-answered", !isEmpty(read(question.box)));
    link.classList.toggle("is-waiting", question.pending !== null && question.failures > 0);
    link.classList.toggle("is-flagged", this.flags.has(question.id));
    const name = say(this.words.wordQuestion, { n: question.index + 1 });
    const label = `${name}, ${this.stateOf(question).join(", ")}`;
    if (link.getAttribute("aria-label") !== label) link.setAttribute("aria-label", label);
  }

  listen() {
    const press = (name, act) =>
      this.bar.querySelector(`[data-${name}]`).addEventListener("click", act);
    press("back", () => this.step(-1));
    press("next", () => this.step(1));
    press("flag", () => this.flag());
    window.addEventListener("hashchange", () => this.showAddressed());
    document.addEventListener("keydown", (event) => this.onKey(event));
  }

  showAddressed(focus = true) {
    const found = this.questions.find(({ box }) => `#${box.id}` === location.hash);
    if (found) this.show(found, focus);
    return Boolean(found);
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const within = (selector) => event.target.closest?.(selector);
    if (event.key === "f" && !within(TYPING)) this.flag();
    if (within(ARROWS)) return; // there the arrows choose, move the cursor or scroll
    if (event.key === "ArrowLeft") this.step(-1);
    if (event.key === "ArrowRight") this.step(1);
  }
}
