// Remembers how far the reader has come: the last heading above the middle of the window is sent
// when the page is left. Without scripts the lesson is kept, not the place in it.
const article = document.querySelector("[data-place]");
const headings = [...(article?.querySelectorAll(":is(h2, h3)[id]") ?? [])];
const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
let sent = "";

function placeNow() {
  const middle = innerHeight / 2;
  return headings.filter((one) => one.getBoundingClientRect().top < middle).at(-1)?.id ?? "";
}

function send() {
  const block = placeNow();
  if (!block || block === sent || !token) return;
  sent = block;
  const body = new URLSearchParams({ block, csrfmiddlewaretoken: token });
  fetch(article.dataset.place, { method: "POST", body, keepalive: true }).catch(() => (sent = ""));
}

if (article) {
  document.addEventListener("visibilitychange", () => document.hidden && send());
  addEventListener("pagehide", send);
}
