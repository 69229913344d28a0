// The service worker: lessons that a reader opened can be read without a connection.
//
// It keeps three things: lessons and their images (LESSONS), the files they are shown with (FILES),
// and whose lessons they are (STATE). It answers for lessons, static files and, where a page cannot
// be had, with the page that says so. Exams, quizzes, practice, the account and the API it leaves
// alone. The lessons go with a sign-out, when another person is signed in, and when they may no
// longer be read; while it is not known who is signed in they are not shown.
const LESSONS = "studium-lessons";
const FILES = "studium-files";
const STATE = "studium-state";
const LOST = "/offline/";
const LESSON = /^\/courses\/[-\w]+\/lessons\/([0-9a-f-]{36})\/$/;
const PICTURE = /^\/courses\/[-\w]+\/files\//;
const ALONE = /^\/(account|admin|api|exams|exam-attempts|quizzes|quiz-attempts|practice|jobs|mail)\//;
const PERSON = /data-person="([0-9a-f-]{36})"/;
const MOST_LESSONS = 50;
const MOST_FILES = 200;
const KEPT_FOR = 30 * 24 * 3600 * 1000; // milliseconds

// What changes the stores is done one after another: a sign-out comes last, and stays last.
let busy = Promise.resolve();
function inTurn(act) {
  busy = busy.then(act, act);
  return busy.catch((trouble) => console.warn("Reading without a connection:", trouble));
}

// ---- Whose lessons these are ----
async function state() {
  const kept = await (await caches.open(STATE)).match("/state");
  return kept ? kept.json() : { person: "", keep: false, locked: false };
}

async function become(changed) {
  const next = { ...(await state()), ...changed };
  await (await caches.open(STATE)).put("/state", new Response(JSON.stringify(next)));
}

async function purge() {
  await caches.delete(LESSONS);
  await caches.delete(STATE);
}

// Somebody is signed in, as a page says that came from the server just now.
async function here(person) {
  const now = await state();
  if (now.person && now.person !== person) await purge();
  if (now.person !== person || now.locked) await become({ person, locked: false });
}

// ---- Lessons ----
async function keep(address, answer, html) {
  const headers = new Headers(answer.headers);
  const title = /<h1>([^<]*)<\/h1>/.exec(html)?.[1] ?? address;
  for (const name of ["content-encoding", "content-length", "etag"]) headers.delete(name);
  headers.set("X-Kept-At", new Date().toISOString());
  headers.set("X-Title", encodeURIComponent(title));
  const marked = html.replace("<html ", `<html data-kept="${headers.get("X-Kept-At")}" `);
  const lessons = await caches.open(LESSONS);
  await lessons.delete(address); // the newest stand last
  await lessons.put(address, new Response(marked, { headers }));
  await lookAfter(lessons);
}

async function lookAfter(lessons) {
  const kept = (await lessons.keys()).filter((one) => LESSON.test(new URL(one.url).pathname));
  for (const [place, one] of kept.entries()) {
    const at = Date.parse((await lessons.match(one)).headers.get("X-Kept-At"));
    if (place < kept.length - MOST_LESSONS || Date.now() - at > KEPT_FOR) await lessons.delete(one);
  }
}

// A lesson has come from the server: it is kept for whom it was written, if they want that.
async function opened(address, answer) {
  if (answer.type === "opaqueredirect" || answer.redirected) {
    await become({ locked: true }); // to the sign-in page: nobody may be signed in any more
  } else if ([401, 403, 404, 410].includes(answer.status)) {
    await (await caches.open(LESSONS)).delete(address);
  } else if (answer.ok) {
    const html = await answer.text();
    const person = PERSON.exec(html)?.[1];
    if (!person) return;
    await here(person);
    if ((await state()).keep) await keep(address, answer, html);
  }
}

async function lesson(event) {
  const address = new URL(event.request.url).pathname;
  try {
    const answer = await fetch(event.request);
    const copy = answer.clone();
    event.waitUntil(inTurn(() => opened(address, copy)));
    return answer;
  } catch {
    await busy.catch(() => undefined);
    const { person, locked } = await state();
    const kept = person && !locked && (await (await caches.open(LESSONS)).match(address));
    return kept || lost();
  }
}

// What a page says of itself after it has loaded: the files it is shown with, and what may be kept.
async function told({ person, keep: wanted, address, files = [], pictures = [], may }) {
  await here(person);
  if (wanted === false) {
    await purge();
    await become({ person });
    return;
  }
  if (wanted) await become({ keep: true });
  if (!address || !(await state()).keep) return;
  const lessons = await caches.open(LESSONS);
  if (may) await forgetBut(lessons, may);
  if (!(await lessons.match(address))) await opened(address, await fetch(address));
  await add(FILES, files);
  await add(LESSONS, pictures);
}

async function forgetBut(lessons, may) {
  const courses = new Set();
  const kept = (await lessons.keys()).map((one) => [one, new URL(one.url).pathname]);
  for (const [one, path] of kept) {
    const id = LESSON.exec(path)?.[1];
    if (id && !may.includes(id)) await lessons.delete(one);
    else if (id) courses.add(path.split("/")[2]);
  }
  for (const [one, path] of kept) {
    if (PICTURE.test(path) && !courses.has(path.split("/")[2])) await lessons.delete(one);
  }
}

// ---- Files ----
async function add(name, addresses) {
  const store = await caches.open(name);
  for (const address of addresses) {
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok && !answer.redirected) await store.put(address, answer);
  }
  const all = await store.keys();
  if (name === FILES) for (const old of all.slice(0, -MOST_FILES)) await store.delete(old);
}

const kept = async (request, name) =>
  (await (await caches.open(name)).match(request, { ignoreVary: true })) ?? Response.error();

async function lost() {
  return (await (await caches.open(FILES)).match(LOST)) ?? Response.error();
}

// ---- What the browser asks ----
function answerOf(event, path) {
  const { request } = event;
  if (request.mode === "navigate") {
    if (LESSON.test(path)) return lesson(event);
    return ALONE.test(path) ? undefined : fetch(request).catch(lost);
  }
  if (path.startsWith("/static/")) return fetch(request).catch(() => kept(request, FILES));
  if (PICTURE.test(path)) return fetch(request).catch(() => kept(request, LESSONS));
  return undefined;
}

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (origin !== location.origin) return;
  if (event.request.method === "GET") {
    const answer = answerOf(event, pathname);
    if (answer) event.respondWith(answer);
  } else if (pathname === "/account/logout/") {
    event.waitUntil(inTurn(purge));
  } else if (pathname.startsWith("/account/")) {
    event.waitUntil(inTurn(() => become({ locked: true }))); // perhaps somebody else; the next page says who
  }
});

self.addEventListener("message", (event) => {
  event.waitUntil(inTurn(event.data === "purge" ? purge : () => told(event.data)));
});

self.addEventListener("install", (event) => {
  const first = async () => {
    const answer = await fetch(LOST, { credentials: "omit" });
    const html = await answer.clone().text();
    await (await caches.open(FILES)).put(LOST, answer);
    await add(FILES, [...html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, one]) => one));
    await self.skipWaiting();
  };
  event.waitUntil(first());
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
