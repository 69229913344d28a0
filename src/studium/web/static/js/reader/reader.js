// The lesson reader: panel, own notes, the menu over selected words and its look. Without scripts
// the lesson is read as it is, and notes are written on a page of their own. Its keys n, t and o
// are links and buttons with data-key, which js/keys.js presses.
import "./look.js";
import "./own-notes.js";
import { noteHere, start as startMarking } from "./marking.js";
import { paint } from "./marks.js";
import { start as startPanes } from "./panes.js";

const article = document.querySelector(".st-reader .st-prose");
const outline = document.getElementById("outline");

function enterOutline() {
  (outline.querySelector("[aria-current]") ?? outline.querySelector("a"))?.focus();
}

startPanes();
startMarking();
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.closest("#pane-own")) paint(article);
});
document.querySelector("[data-note-here]").addEventListener("click", (event) => {
  event.preventDefault();
  noteHere();
});
outline.dataset.key = "o"; // where it is a column there is no button that opens it
outline.addEventListener("click", (event) => event.target === outline && enterOutline());
outline.addEventListener("toggle", (event) => event.newState === "open" && enterOutline());
