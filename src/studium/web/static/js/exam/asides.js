// An answer that was changed in two places: both are shown, and the student chooses.
import { read, write } from "../answers.js";
import { picture } from "./answer.js";
import { say, setText, timeOfDay } from "./words.js";

export class Asides {
  constructor({ words, queue, change }) {
    Object.assign(this, { words, queue, change });
  }

  // `isNewer`: ours was made later than the server's, so ours counts; the other is put aside.
  meet(question, { answer, mine, isNewer }) {
    if (!isNewer) write(question.box, answer.response);
    const other = isNewer ? answer.response : mine.response;
    const at = isNewer ? answer.saved_at : new Date(mine.madeAt).toISOString();
    this.put(question, { other, at, isMine: !isNewer });
  }

  put(question, aside) {
    this.queue.putAside(question.id, aside);
    this.show(question, aside);
  }

  show(question, { other, at, isMine }) {
    const place = question.box.querySelector("[data-message]");
    const time = timeOfDay(at);
    setText(
      place.querySelector("[data-text]"),
      say(isMine ? this.words.elsewhere : this.words.newer, { at: time }),
    );
    place.querySelector("[data-aside]")?.remove();
    const shown = Object.assign(document.createElement("div"), { className: "st-note" });
    shown.dataset.aside = "";
    shown.append(picture(question.box, other));
    place.lastElementChild.append(shown, this.buttons(question, other, place));
    place.querySelector(":scope > div > .st-link")?.setAttribute("hidden", "");
    place.hidden = false;
  }

  buttons(question, other, place) {
    const row = Object.assign(document.createElement("div"), { className: "st-row" });
    row.dataset.aside = "";
    const button = (text, act) => {
      const made = Object.assign(document.createElement("button"), {
        type: "button",
        className: "st-btn is-small",
        textContent: text,
      });
      made.addEventListener("click", act);
      row.append(made);
    };
    button(this.words.useOther, () => {
      const before = read(question.box);
      write(question.box, other);
      this.change(question);
      // The one that gives way is put aside in its turn, so that nothing is lost by a click.
      this.clear(question, place);
      this.put(question, { other: before, at: new Date().toISOString(), isMine: true });
    });
    button(this.words.keepThis, () => {
      this.clear(question, place);
      this.queue.dropAside(question.id);
    });
    return row;
  }

  clear(question, place) {
    for (const one of place.querySelectorAll("[data-aside]")) one.remove();
    place.hidden = true;
  }
}
