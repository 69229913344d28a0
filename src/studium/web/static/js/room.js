// How old the figures of the exam room are, counted up between two refreshes.
const LOST_AFTER = 15; // seconds; three refreshes were missed
let at = performance.now();

function tell() {
  const age = document.querySelector("[data-age]");
  const seconds = Math.round((performance.now() - at) / 1000);
  const lost = seconds > LOST_AFTER;
  const text = (lost ? age.dataset.lost : age.dataset.old).replace("{n}", seconds);
  age.hidden = false;
  age.textContent = ` · ${text}`;
  age.classList.toggle("st-error", lost);
}

document.addEventListener("htmx:afterSwap", () => {
  at = performance.now();
  tell();
});
setInterval(tell, 1000);
