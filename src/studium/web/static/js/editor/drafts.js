// Keeps what is typed as a draft on the server, and says in words whether it is safe. The same
// request says that the lesson is open here, and hears who else is editing it.
const IDLE = 1500; // milliseconds after the last key
const BEAT = 25_000;
const AGAIN = 5_000;

export function keepDrafts(form, words) {
  const state = document.getElementById("kept");
  const held = document.getElementById("held");
  let unsent = false;
  let leaving = false;
  let timer = 0;
  let request = null;

  function say(text) {
    if (state.textContent !== text) state.textContent = text;
  }

  function hear({ kept, holder }) {
    if (kept) say(kept);
    if (!held) return;
    held.hidden = !holder;
    if (holder) held.querySelector("[data-holder]").textContent = holder;
  }

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(tell, pause);
  }

  async function tell() {
    if (leaving) return;
    request?.abort();
    request = new AbortController();
    const body = new FormData(form);
    const isText = unsent;
    if (isText) say(words.keeping);
    else ["content", "topic", "part", "concepts"].forEach((name) => body.delete(name));
    unsent = false;
    try {
      const options = { method: "POST", body, signal: request.signal };
      const answer = await fetch(form.dataset.keep, options);
      const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
      if (!answer.ok || answer.redirected || !isOurs) throw new TypeError(words.refused);
      hear(await answer.json());
      if (!unsent) later(BEAT);
    } catch (wrong) {
      if (wrong.name === "AbortError") return;
      unsent ||= isText;
      if (isText) say(wrong.message === words.refused ? words.refused : words.lost);
      later(isText ? AGAIN : BEAT);
    }
  }

  form.addEventListener("input", () => {
    unsent = true;
    later(IDLE);
  });
  form.addEventListener("submit", () => {
    leaving = true; // what is being saved is no draft any more
    clearTimeout(timer);
    request?.abort();
  });
  addEventListener("online", () => unsent && later(0));
  addEventListener("beforeunload", (event) => unsent && !leaving && event.preventDefault());
  addEventListener("pagehide", () => {
    if (leaving) return;
    if (unsent) navigator.sendBeacon(form.dataset.keep, new FormData(form));
    if (!form.dataset.hold) return;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("act", "leave");
    navigator.sendBeacon(form.dataset.hold, body);
  });
  if (form.dataset.hold) later(0); // the lesson is open here from now on
}
