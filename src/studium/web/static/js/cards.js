// The arrow keys follow the links to the next and the previous card. Turning a card needs no script:
// its summary has the focus, and Space or Enter opens it.
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`)?.click();
});
