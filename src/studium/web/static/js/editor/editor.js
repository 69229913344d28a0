// The lesson editor: a toolbar and keys that put Markdown around or before what is selected, and
// what makes writing safe and quick, each in its own module. Without scripts the form still works.
//
// Ctrl B, I, K as everywhere; Ctrl S saves; Alt and an arrow moves the lines with the caret.
import { keepDrafts } from "./drafts.js";
import { takeImages } from "./images.js";
import { completeLinks } from "./links.js";
import { keepInStep } from "./step.js";

const area = document.getElementById("f-content");
const bar = document.querySelector("[data-toolbar]");

const AROUND = {
  bold: ["**", "**"],
  italic: ["*", "*"],
  code: ["`", "`"],
  block: ["\n```\n", "\n```\n"],
  math: ["$", "$"],
  link: ["[", "](address)"],
  image: ["![", "](img/name.png)"],
};
const BEFORE = { heading: "## ", list: "- ", quote: "> " };
const TABLE = "\n| A | B |\n| - | - |\n|   |   |\n";

// execCommand keeps the browser's own undo working.
function put(text, start, end) {
  area.focus();
  area.setSelectionRange(start, end);
  const done = text
    ? document.execCommand("insertText", false, text)
    : start === end || document.execCommand("delete");
  if (!done) area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function mark(name) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  if (name in AROUND) {
    const [open, close] = AROUND[name];
    put(open + chosen + close, start, end);
    if (!chosen) area.setSelectionRange(start + open.length, start + open.length);
  } else if (name in BEFORE) {
    const line = value.lastIndexOf("\n", start - 1) + 1;
    const lines = value.slice(line, end).split("\n");
    put(lines.map((one) => BEFORE[name] + one).join("\n"), line, end);
  } else {
    put(TABLE, end, end);
  }
}

function moveLines(down) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const to = value.indexOf("\n", end) < 0 ? value.length : value.indexOf("\n", end);
  const lines = value.slice(from, to);
  if (down && to < value.length) {
    const next = value.indexOf("\n", to + 1) < 0 ? value.length : value.indexOf("\n", to + 1);
    put(`${value.slice(to + 1, next)}\n${lines}`, from, next);
    area.setSelectionRange(start + next - to, end + next - to);
  } else if (!down && from > 0) {
    const above = value.lastIndexOf("\n", from - 2) + 1;
    put(`${lines}\n${value.slice(above, from - 1)}`, above, to);
    area.setSelectionRange(start - (from - above), end - (from - above));
  }
}

function keys(event) {
  if (event.altKey && !event.ctrlKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
    event.preventDefault();
    moveLines(event.key === "ArrowDown");
    return;
  }
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const name = { b: "bold", i: "italic", k: "link" }[event.key.toLowerCase()];
  if (!name) return;
  event.preventDefault();
  event.stopPropagation(); // Ctrl K is the palette's elsewhere
  mark(name);
}

if (area && bar) {
  const words = JSON.parse(area.form.dataset.words);
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mark]");
    if (button) mark(button.dataset.mark);
  });
  area.addEventListener("keydown", keys);
  area.form.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    area.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (button) put(`\n${button.dataset.insert}\n`, area.selectionEnd, area.selectionEnd);
  });
  keepInStep(area);
  completeLinks(area, put);
  takeImages(area, put, words);
  keepDrafts(area.form, words);
}
