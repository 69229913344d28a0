// A Copy button on every piece of code in a reading text. The words come from the page's main part
// (data-copy, data-copied), so that they are translated with it.
const words = document.querySelector("[data-copied]")?.dataset ?? {};

function wrap(pre) {
  if (pre.parentElement.matches(".st-code")) return pre.parentElement;
  const box = document.createElement("div");
  box.className = "st-code";
  pre.replaceWith(box);
  box.append(pre);
  return box;
}

async function copy(button, pre) {
  await navigator.clipboard.writeText(pre.textContent);
  button.textContent = words.copied ?? "Copied";
  setTimeout(() => (button.textContent = words.copy ?? "Copy"), 2000);
}

// The clipboard is missing on pages that are not served safely; then there is nothing to offer.
if (navigator.clipboard) {
  for (const pre of document.querySelectorAll(".st-prose pre")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "st-btn is-small";
    button.textContent = words.copy ?? "Copy";
    button.addEventListener("click", () => copy(button, pre));
    wrap(pre).prepend(button);
  }
}
