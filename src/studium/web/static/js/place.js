// Remembers how far the reader has come: the last heading above the middle of the window is kept for
// the account when the page is left, and on this device, which may be another place. Without scripts
// the lesson is kept, not the place in it.
const article = document.querySelector("[data-place]");
const headings = [...(article?.querySelectorAll(":is(h2, h3)[id]") ?? [])];
const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
const person = document.querySelector("[data-person]")?.dataset.person ?? "";
const key = `studium-place:${person}:${article?.dataset.place}`;
let sent = "";
let leaving = false; // signing out, which forgets the places kept here (offline.js)

function placeNow() {
  const middle = innerHeight / 2;
  return headings.filter((one) => one.getBoundingClientRect().top < middle).at(-1)?.id ?? "";
}

function send() {
  const block = placeNow();
  if (!block || block === sent || !token || leaving) return;
  sent = block;
  try {
    localStorage.setItem(key, block);
  } catch {
    // A device without storage has the place of the account alone.
  }
  const body = new URLSearchParams({ block, csrfmiddlewaretoken: token });
  fetch(article.dataset.place, { method: "POST", body, keepalive: true }).catch(() => (sent = ""));
}

// Where this device and the account differ, both places are offered.
function offer() {
  const notice = document.querySelector("[data-stopped]");
  let kept = null;
  try {
    kept = localStorage.getItem(key);
  } catch {
    // as above
  }
  const heading = kept && kept !== notice?.dataset.stopped && document.getElementById(kept);
  if (!notice || !heading || heading === headings[0]) return;
  const link = document.createElement("a");
  link.href = `#${kept}`;
  link.textContent = notice.dataset.here.replace("{heading}", heading.textContent.trim());
  const line = document.createElement("p");
  line.append(link);
  notice.append(line);
}

if (article) {
  offer();
  document.addEventListener("submit", (event) => (leaving ||= event.target.matches("[data-sign-out]")));
  document.addEventListener("visibilitychange", () => document.hidden && send());
  addEventListener("pagehide", send);
}
