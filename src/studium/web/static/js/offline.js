// The connection in words, on every page but an exam's, which has its own; and what the pages tell
// the service worker (worker.js): who is signed in, and which lesson to keep on the device.
const bar = document.getElementById("connection");
const person = document.querySelector("[data-sign-out]")?.dataset.person;
const { kept } = document.documentElement.dataset; // when this copy was kept, in a copy
const workers = navigator.serviceWorker;
const LESSON = /^\/courses\/[-\w]+\/lessons\/([0-9a-f-]{36})\/$/;
const BACK_SHOWN = 5_000; // milliseconds
const ASKED = "studium_kept_asked";
const ASKED_AGAIN = 10 * 60_000;

const moment = (text) =>
  // Plain English is American to a browser; the pages write 23 November, and 24 hours.
  new Date(text).toLocaleString(document.documentElement.lang.replace(/^en$/, "en-GB"), {
    dateStyle: "long",
    timeStyle: "short",
    hourCycle: "h23",
  });

// ---- The bar ----
function say(name) {
  if (!bar) return;
  bar.firstElementChild.hidden = !name;
  bar.querySelector("span").textContent = name
    ? bar.dataset[`${name}Says`].replace("{when}", kept ? moment(kept) : "")
    : "";
  // What sticks below the bar, and what is scrolled to, keeps clear of it.
  const root = document.documentElement.style;
  root.setProperty("--bar", name ? `${bar.parentElement.offsetHeight}px` : "");
}

const lost = () => say(kept ? "kept" : "lost");

function back() {
  if (!bar || bar.firstElementChild.hidden || kept) return;
  say("back");
  setTimeout(() => navigator.onLine && say(""), BACK_SHOWN);
}

addEventListener("offline", lost);
addEventListener("online", back);
document.addEventListener("htmx:sendError", lost);
document.addEventListener("htmx:afterOnLoad", back);
if (kept || !navigator.onLine) lost();

// ---- Lessons on the device ----
const names = async () =>
  (await (await caches.open("studium-lessons")).keys())
    .map(({ url }) => new URL(url).pathname)
    .filter((path) => LESSON.test(path));

// The server says whether lessons may be kept, and which of those that are.
async function permitted() {
  const ids = [...(await names()), location.pathname].map((path) => LESSON.exec(path)[1]);
  const answer = await fetch(`/offline/kept/?lessons=${[...new Set(ids)]}`, {
    headers: { "HX-Request": "true" },
  });
  return answer.ok ? answer.json() : undefined;
}

// What the page was shown with, and the page that stands in for one, as they are now.
const files = () => [
  "/offline/",
  ...performance
    .getEntriesByType("resource")
    .map(({ name }) => new URL(name))
    .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/static/"))
    .map(({ pathname, search }) => pathname + search),
];

const pictures = () =>
  [...document.querySelectorAll(".st-prose img")]
    .map(({ src }) => new URL(src))
    .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/courses/"))
    .map(({ pathname }) => pathname);

// It is asked at most every ten minutes in a tab: the worker keeps what is opened meanwhile.
async function asked() {
  const before = JSON.parse(sessionStorage.getItem(ASKED) ?? "{}");
  if (before.person === person && Date.now() - before.at < ASKED_AGAIN) return { keep: before.keep };
  const said = await permitted();
  if (!said) return { keep: false };
  sessionStorage.setItem(ASKED, JSON.stringify({ person, at: Date.now(), keep: said.keep }));
  return { keep: said.keep, may: said.lessons };
}

async function keepThis() {
  const { keep, may } = await asked();
  if (!keep && !workers.controller) return;
  await workers.register("/sw.js");
  const { active } = await workers.ready;
  const address = location.pathname;
  active.postMessage({ person, keep, may, address, files: files(), pictures: pictures() });
}

// ---- The page that stands in for one that cannot be had ----
async function list(box) {
  const kept = await caches.open("studium-lessons");
  const now = await (await caches.open("studium-state")).match("/state");
  const { person: whose, locked } = now ? await now.json() : {};
  const paths = whose && !locked ? await names() : [];
  const row = box.querySelector("template").content;
  for (const path of paths.reverse()) {
    const { headers } = await kept.match(path);
    const line = row.cloneNode(true);
    const text = new DOMParser().parseFromString(decodeURIComponent(headers.get("X-Title")), "text/html");
    Object.assign(line.querySelector("a"), { href: path, textContent: text.body.textContent });
    line.querySelector("[data-when]").textContent = box.dataset.keptLessons.replace(
      "{when}",
      moment(headers.get("X-Kept-At")),
    );
    box.querySelector("ul").append(line);
  }
  box.hidden = paths.length === 0;
  document.querySelector("[data-none-kept]").hidden = paths.length > 0;
}

// Where the one who signs out has read (place.js) is nobody else's business on this device.
function forgetPlaces() {
  try {
    const places = Object.keys(localStorage).filter((key) => key.startsWith(`studium-place:${person}:`));
    places.forEach((key) => localStorage.removeItem(key));
  } catch {
    // A device without storage has kept none.
  }
}

const box = document.querySelector("[data-kept-lessons]");
if (box && "caches" in window) list(box).catch(() => undefined); // the page is whole without it
document.querySelector("[data-again]")?.addEventListener("click", (event) => {
  event.preventDefault();
  location.reload();
});

document.addEventListener("submit", (event) => event.target.matches("[data-sign-out]") && forgetPlaces());

if (workers && person && !kept) {
  workers.controller?.postMessage({ person });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-sign-out]")) workers.controller?.postMessage("purge");
  });
  const settings = document.querySelector("[data-preferences]");
  if (settings) {
    sessionStorage.removeItem(ASKED);
    if (!settings.elements.keep_lessons.checked) workers.controller?.postMessage({ person, keep: false });
  }
  // After the page itself; a lesson that cannot be kept is read all the same.
  if (LESSON.test(location.pathname)) addEventListener("load", () => keepThis().catch(() => undefined));
}
