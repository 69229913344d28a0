// Opens <dialog> elements: anything with data-dialog="id" opens that one, data-close closes the one
// it stands in. Listens on the document, so parts that htmx swaps in later work too.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault(); // the opener may be a link for people without scripts
    dialog.showModal();
    return;
  }
  event.target.closest("[data-close]")?.closest("dialog")?.close();
});
