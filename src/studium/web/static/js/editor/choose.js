// The bar for chosen lessons shows while something is chosen, and says how much; Shift chooses a row
// of them.
const bar = document.querySelector("[data-chosen]");
const boxes = [...document.querySelectorAll("input[name=lesson][type=checkbox]")];
let last = null;

function tell() {
  const count = boxes.filter(({ checked }) => checked).length;
  bar.hidden = !count;
  bar.querySelector("[role=status]").textContent = bar.dataset.chosen.replace("{n}", count);
}

if (bar) {
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      const [from, to] = [boxes.indexOf(last ?? box), boxes.indexOf(box)].sort((a, b) => a - b);
      if (event.shiftKey) for (const one of boxes.slice(from, to)) one.checked = box.checked;
      last = box;
      tell();
    });
  }
  addEventListener("pageshow", tell);
  tell();
}
