// What the staff say during the exam: shown until it is put away, each once on this device.
import { timeOfDay } from "./words.js";

export class Messages {
  constructor(key) {
    this.key = key;
    this.place = document.querySelector("[data-messages]");
    this.shown = new Set();
    try {
      this.away = new Set(JSON.parse(localStorage.getItem(key)) ?? []);
    } catch {
      this.away = new Set();
    }
  }

  // [{id, text, sent_at}], the oldest first.
  show(messages) {
    for (const message of messages ?? []) {
      if (this.shown.has(message.id) || this.away.has(message.id)) continue;
      this.shown.add(message.id);
      this.place.append(this.notice(message));
    }
  }

  notice({ id, text, sent_at: at }) {
    const notice = this.place.querySelector("template").content.firstElementChild.cloneNode(true);
    notice.querySelector("[data-text]").textContent = text;
    notice.querySelector("time").textContent = timeOfDay(at);
    notice.querySelector("button").addEventListener("click", () => {
      notice.remove();
      this.away.add(id);
      try {
        localStorage.setItem(this.key, JSON.stringify([...this.away]));
      } catch {
        // It is shown again after a reload.
      }
    });
    return notice;
  }
}
