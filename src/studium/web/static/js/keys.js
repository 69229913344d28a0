// Keys of every page. Ctrl K opens the palette; /, ?, g h, j and k act alone, outside of fields, and
// only while the reader has not switched such keys off. An exam has no search button and no such
// keys. A button or link with data-key="n" is pressed by that key.
const opener = document.querySelector("[data-palette]");
const TYPING = "input, textarea, select, [contenteditable], [role=textbox], [role=combobox]";
const GOES = { h: "/", c: "/courses/", p: "/progress/" };
const WAITS = 1500; // milliseconds in which a second key still belongs to "g"
// The queue of drafts has keys, and a switch for them, of its own (review.js).
const reviewed = document.querySelector("[data-keys]");
let gone = 0;

const open = (name) => import("./palette.js").then((palette) => palette.open(name));

function go(address) {
  location.assign(address);
  return true;
}

function step(by) {
  const rows = [...document.querySelectorAll("main [data-row]")].filter((one) => one.checkVisibility());
  if (rows.length === 0) {
    const link = document.querySelector(`main a[rel=${by > 0 ? "next" : "prev"}]`);
    link?.click();
    return Boolean(link);
  }
  const at = rows.indexOf(document.activeElement);
  rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.max(0, at + by)]?.focus();
  return true;
}

function search() {
  const field = document.querySelector("main input[type=search]");
  if (!field) return go(opener.href);
  field.focus();
  field.select();
  return true;
}

// Letters only: what the arrows and Enter do belongs to the page.
const marked = (key) =>
  key.length === 1 ? [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)] : [];

function named(key) {
  const shown = marked(key).find((one) => one.checkVisibility());
  if (shown?.matches(TYPING)) shown.focus();
  else shown?.click();
  return Boolean(shown);
}

const STEPS = { j: 1, k: -1 };
const ALONE = {
  "/": search,
  "?": () => Boolean(open("keys")),
  g: () => true, // waits for the second key
  j: () => step(STEPS.j),
  k: () => step(STEPS.k),
};

async function alone(event) {
  if (event.key in STEPS && reviewed) return;
  const second = Date.now() - gone < WAITS && GOES[event.key];
  const act = second ? () => go(second) : (ALONE[event.key] ?? (() => named(event.key)));
  gone = event.key === "g" ? Date.now() : 0;
  const known = second || event.key in ALONE || (!reviewed && marked(event.key).length > 0);
  if (!known) return;
  event.preventDefault();
  const { singleKeys } = await import("./palette.js");
  if (await singleKeys()) act();
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const typing = event.target.closest?.(TYPING);
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    if (typing?.matches("textarea")) return; // there it makes a link
    event.preventDefault();
    open("palette");
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
  if (document.querySelector("dialog[open]")) return;
  alone(event);
}

// The page of the settings: what this tab remembers of them may have changed.
if (document.querySelector("[data-preferences]")) {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith("studium_single_keys:")) sessionStorage.removeItem(name);
  }
}

if (opener) {
  document.addEventListener("keydown", pressed);
  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // in another tab
    event.preventDefault();
    open("palette");
  });
}
