// One key for each thing that can be done with a draft. A key presses the visible button or link
// that carries it as data-key; nothing happens while somebody types, holds a modifier, or has
// switched the keys off on this device.
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const KEPT = "studium-review-keys";
const choice = document.querySelector("[data-keys]");

function focus(heading) {
  heading.scrollIntoView({ block: "center" });
  heading.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (!choice?.checked || event.target.closest?.(TYPING)) return;
  const found = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!found || found.disabled) return;
  event.preventDefault();
  if (found.matches("[data-focuses]")) focus(found);
  else found.click();
});

if (choice) {
  choice.parentElement.hidden = false;
  choice.checked = localStorage.getItem(KEPT) !== "off";
  choice.addEventListener("change", () => localStorage.setItem(KEPT, choice.checked ? "on" : "off"));
}
