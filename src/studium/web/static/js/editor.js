// The toolbar of the lesson editor: each button puts Markdown around or before what is selected.
// Ctrl B, I, K as everywhere; Ctrl S saves. execCommand keeps the browser's own undo working.
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

function put(text, start, end) {
  area.focus();
  area.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, start, end, "end");
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

if (area && bar) {
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mark]");
    if (button) mark(button.dataset.mark);
  });
  area.addEventListener("keydown", (event) => {
    const name = { b: "bold", i: "italic", k: "link" }[event.key.toLowerCase()];
    if (!(event.ctrlKey || event.metaKey)) return;
    if (name) mark(name);
    else if (event.key.toLowerCase() === "s") area.form.requestSubmit();
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (button) put(`\n${button.dataset.insert}\n`, area.selectionEnd, area.selectionEnd);
  });
  let saved = area.value;
  area.form.addEventListener("submit", () => (saved = area.value));
  addEventListener("beforeunload", (event) => area.value !== saved && event.preventDefault());
}
