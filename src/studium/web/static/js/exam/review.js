// Before handing in: a table of all questions that names the open ones, and one question whether to.
import { isEmpty, read } from "../answers.js";
import { say, setText } from "./words.js";

export class Review {
  constructor({ questions, words, navigation, flags, handIn }) {
    Object.assign(this, { questions, words, navigation, flags, handIn });
    this.page = document.querySelector("[data-review-page]");
    this.dialog = document.getElementById("hand-in");
  }

  get open() {
    return this.questions.filter(({ box }) => isEmpty(read(box)));
  }

  show() {
    const rows = this.questions.map((question) => this.row(question));
    this.page.querySelector("tbody").replaceChildren(...rows);
    this.sayOpen(this.page);
    this.navigation.showReview();
  }

  row(question) {
    const row = this.page.querySelector("template").content.firstElementChild.cloneNode(true);
    const link = row.querySelector("a");
    link.href = `#${question.box.id}`;
    link.textContent = say(this.words.wordQuestion, { n: question.index + 1 });
    link.addEventListener("click", (event) => {
      event.preventDefault(); // the address may be this one already
      this.navigation.show(question);
    });
    const [answered, ...more] = this.navigation.stateOf(question);
    row.querySelector("[data-state]").textContent = [answered, ...more].join(", ");
    const text = question.box.querySelector("[data-heading]").textContent.trim();
    row.querySelector("[data-title]").textContent = text.replace(/\s+/g, " ").slice(0, 80);
    row.querySelector(`[data-icon=${isEmpty(read(question.box)) ? "open" : "answered"}]`).hidden = false;
    return row;
  }

  sayOpen(place) {
    const { open } = this;
    const names = open.map(({ index }) => index + 1).join(", ");
    place.querySelector("[data-some-open]").hidden = open.length === 0;
    place.querySelector("[data-all-answered]").hidden = open.length > 0;
    setText(place.querySelector("[data-open-list]"), names);
  }

  ask() {
    this.sayOpen(this.dialog);
    this.tell("");
    this.dialog.showModal();
  }

  tell(text) {
    const place = this.dialog.querySelector("[data-unsaved]");
    place.hidden = !text;
    setText(place.querySelector("[data-text]"), text);
  }

  busy(is) {
    const button = this.dialog.querySelector("[data-hand-in-now]");
    if (is) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }

  listen() {
    for (const button of document.querySelectorAll("[data-review]")) {
      button.addEventListener("click", () => this.show());
    }
    this.page.querySelector("[data-go-on]").addEventListener("click", () => {
      this.navigation.show(this.open[0] ?? this.questions[0]);
    });
    this.page.querySelector("[data-hand-in]").addEventListener("click", () => this.ask());
    this.dialog.querySelector("[data-hand-in-now]").addEventListener("click", () => this.handIn());
  }
}
