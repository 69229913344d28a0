// Saves notes as they are typed. What is not saved yet is kept on this device, under the person and
// the note, until the server has it.
const PAUSE = 700;
const AGAIN = 5000;
const person = document.querySelector("[data-person]")?.dataset.person ?? "";
const waiting = new Map();

const keyOf = (card) => `studium-note:${person}:${card.dataset.ownNote}`;
const says = (card) => card.closest("[data-own]").dataset;

function tell(card, words) {
  card.querySelector("[data-state]").textContent = words;
}

function keep(card, body) {
  try {
    localStorage.setItem(keyOf(card), body);
  } catch {
    // A device without storage keeps the words in the page alone.
  }
}

function forget(card, body) {
  try {
    if (localStorage.getItem(keyOf(card)) === body) localStorage.removeItem(keyOf(card));
  } catch {
    // as above
  }
}

function plan(card, pause) {
  clearTimeout(waiting.get(card));
  waiting.set(card, setTimeout(() => send(card), pause));
}

function saved(card, answer, body) {
  const form = card.querySelector("[data-autosave]");
  form.elements.based_on.value = answer.updated_at;
  card.dataset.kind = answer.kind;
  for (const mark of document.querySelectorAll(`mark[data-own="${card.dataset.ownNote}"]`)) {
    mark.dataset.kind = answer.kind;
  }
  forget(card, body);
  if (form.elements.body.value !== body) return plan(card, PAUSE);
  const time = new Date().toLocaleTimeString(document.documentElement.lang);
  tell(card, `${says(card).saved} ${time}`);
}

// Somebody, perhaps oneself elsewhere, wrote other words: the reader chooses.
function differ(card, answer) {
  const form = card.querySelector("[data-autosave]");
  const state = card.querySelector("[data-state]");
  const choose = (words, take) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "st-btn is-small";
    button.textContent = words;
    button.addEventListener("click", () => {
      form.elements.based_on.value = answer.updated_at;
      if (take) form.elements.body.value = answer.body;
      send(card);
    });
    return button;
  };
  state.replaceChildren(
    `${answer.says} “${answer.body}” `,
    choose(says(card).mine, false),
    choose(says(card).theirs, true),
  );
}

async function send(card) {
  waiting.delete(card);
  const form = card.querySelector("[data-autosave]");
  const body = form.elements.body.value;
  tell(card, says(card).saving);
  let answer;
  try {
    answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
      redirect: "manual",
      keepalive: body.length < 10000,
    });
  } catch {
    tell(card, says(card).kept);
    return plan(card, AGAIN);
  }
  if (answer.ok) return saved(card, await answer.json(), body);
  if (answer.status === 409) return differ(card, await answer.json());
  if (answer.status === 422) return tell(card, (await answer.json()).says);
  tell(card, answer.type === "opaqueredirect" ? says(card).gone : says(card).kept);
  if (answer.status >= 500 || answer.status === 429) plan(card, AGAIN);
}

document.addEventListener("input", (event) => {
  const card = event.target.matches("[data-autosave] textarea")
    ? event.target.closest("[data-own-note]")
    : null;
  if (!card) return;
  keep(card, event.target.value);
  plan(card, PAUSE);
});

document.addEventListener("submit", (event) => {
  const card = event.target.matches("[data-autosave]") && event.target.closest("[data-own-note]");
  if (!card || event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  plan(card, 0);
});

// Words that a page could not send before it was closed are taken up again.
export function wake(root) {
  for (const card of root.querySelectorAll("[data-own-note]")) {
    const area = card.querySelector("textarea");
    let kept = null;
    try {
      kept = localStorage.getItem(keyOf(card));
    } catch {
      // as above
    }
    if (kept === area.value) forget(card, kept);
    else if (kept !== null) {
      area.value = kept;
      plan(card, 0);
    }
  }
}

addEventListener("online", () => [...waiting.keys()].forEach((card) => plan(card, 0)));
addEventListener("pagehide", () => [...waiting.keys()].forEach((card) => send(card)));
document.addEventListener("htmx:afterSwap", (event) => wake(event.target));
wake(document);
