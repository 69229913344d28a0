// The menu over selected words: Highlight, Note, Ask, Copy; and `n` for a note from the keyboard.
import { openPane } from "./panes.js";
import { blockOf, chosen } from "./words.js";

const article = document.querySelector(".st-reader .st-prose");
const menu = document.getElementById("marking");
const pane = document.getElementById("pane-own");
let marked = [];

function hide() {
  if (menu.matches(":popover-open")) menu.hidePopover();
}

function show() {
  marked = chosen(getSelection(), article);
  if (!marked.length) return hide();
  const place = getSelection().getRangeAt(0).getBoundingClientRect();
  if (!menu.matches(":popover-open")) menu.showPopover();
  Object.assign(menu.style, { inset: "auto", margin: 0, position: "fixed", inlineSize: "auto" });
  const box = menu.getBoundingClientRect();
  const left = Math.min(place.left + place.width / 2 - box.width / 2, innerWidth - box.width - 8);
  // Below the words: above them phones show a menu of their own.
  const below = place.bottom + 8 + box.height < innerHeight - 64;
  menu.style.left = `${Math.max(8, left)}px`;
  const top = below ? place.bottom + 8 : place.top - box.height - 8;
  menu.style.top = `${Math.min(Math.max(8, top), innerHeight - box.height - 8)}px`;
}

// Puts one mark to the server; the panel comes back with its card.
function add({ block, quote = "", near = 0 }, write = "no") {
  const values = { block, quote: quote.slice(0, 2000), near, write };
  const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  values.csrfmiddlewaretoken = token;
  const path = pane.getAttribute("hx-get");
  return window.htmx.ajax("POST", path, { target: "#pane-own", swap: "innerHTML", values });
}

async function highlight() {
  for (const one of marked.slice(0, 20)) await add(one);
  getSelection().removeAllRanges();
  if (pane.querySelector("[role=alert]")) openPane("own"); // it says why nothing was marked
  else document.getElementById("marked").textContent = menu.dataset.marked;
}

// A note stands at the first block of what was selected.
async function note(one) {
  openPane("own");
  await add(one, "yes");
  getSelection().removeAllRanges();
}

function ask() {
  openPane("tutor");
  const words = marked.map((one) => one.quote.trim()).join(" ");
  const fill = () => {
    const field = document.getElementById("tutor-question");
    if (!field) return false;
    field.value = `“${words.slice(0, 500)}” `;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    return true;
  };
  if (!fill()) document.addEventListener("htmx:afterSettle", fill, { once: true });
}

const acts = {
  highlight,
  note: () => note(marked[0]),
  ask,
  copy: () => navigator.clipboard?.writeText(marked.map((one) => one.quote).join("\n")),
};

// Without a selection: the block that has the focus, or the first one in view.
function blockInView() {
  const focused = blockOf(document.activeElement);
  if (focused) return focused;
  const blocks = [...article.querySelectorAll(":is(p, li, pre, td)")];
  const seen = blocks.find((one) => one.getBoundingClientRect().top >= 120 && blockOf(one));
  return seen ? blockOf(seen) : null;
}

export function noteHere() {
  marked = chosen(getSelection(), article);
  hide();
  const block = marked[0] ?? { block: blockInView()?.id ?? "" };
  if (block.block) note(block);
}

// The notes of a page that has just opened may arrive after a mark was put: they come without its
// card, or with a card that has lost the focus. What came with the mark stays.
function keepNewer() {
  let put = false;
  pane.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
    if (target !== pane) return;
    if (detail.requestConfig.verb !== "get") put ||= detail.shouldSwap;
    else if (put) detail.shouldSwap = false;
  });
}

export function start() {
  keepNewer();
  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(show, 250);
  };
  document.addEventListener("selectionchange", soon);
  menu.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
  menu.addEventListener("click", (event) => {
    const act = acts[event.target.closest("[data-mark]")?.dataset.mark];
    hide();
    act?.();
  });
  const moved = () => menu.matches(":popover-open") && soon(); // it comes along
  document.addEventListener("scroll", moved, { passive: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  article.addEventListener("click", (event) => {
    const mark = event.target.closest("mark[data-own]");
    if (!mark || !getSelection().isCollapsed || event.target.closest("a")) return;
    openPane("own");
    const card = document.getElementById(`own-${mark.dataset.own}`);
    card?.scrollIntoView({ block: "nearest" });
    card?.querySelector("textarea")?.focus({ preventScroll: true });
  });
}
