// Who is signed in. When nobody is, the student signs in in another tab and this page goes on; when
// it is somebody else, the page hides itself until its owner is back.
import { onSignedIn } from "./tabs.js";

const ASK_EVERY = 4_000; // ms, while signed out

// The token of the cookie, not of the page: signing in again gives a new one.
export function tokenFrom(cookie, fallback) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${cookie}=`));
  return found ? found.slice(cookie.length + 1) : fallback;
}

export class Session {
  constructor({ ask, onBack, onLost }) {
    Object.assign(this, { ask, onBack, onLost });
    this.dialog = document.getElementById("signed-out");
    this.page = document.querySelector(".st-exam");
    this.isLost = false;
    onSignedIn(() => this.look());
    window.addEventListener("focus", () => this.look());
  }

  lost() {
    if (this.isLost) return;
    this.isLost = true;
    this.onLost();
    this.show(false);
    this.timer = setInterval(() => this.look(), ASK_EVERY);
    this.look();
  }

  show(somebodyElse) {
    this.dialog.querySelector("[data-nobody]").hidden = somebodyElse;
    this.dialog.querySelector("[data-somebody]").hidden = !somebodyElse;
    this.page.hidden = somebodyElse;
    if (!this.dialog.open) this.dialog.showModal();
  }

  async look() {
    if (!this.isLost) return;
    const { status, state } = await this.ask().catch(() => ({ status: "away" }));
    if (!this.isLost || status === "away") return;
    if (status === "mine") this.back(state);
    else this.show(status === "other");
  }

  back(state) {
    this.isLost = false;
    clearInterval(this.timer);
    this.page.hidden = false;
    this.dialog.close();
    this.onBack(state);
  }
}
