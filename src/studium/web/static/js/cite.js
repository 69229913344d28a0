// A source chip (data-cite, with the id of a block where its address says another page) scrolls to
// its passage, marks it and moves the focus there. Without scripts it is a plain link to the block.
let last = { chip: null, block: null };

function follow(chip, block) {
  last.chip?.removeAttribute("aria-current");
  last.block?.classList.remove("is-cited");
  chip.setAttribute("aria-current", "location");
  block.classList.add("is-cited");
  chip.closest("[popover]:popover-open")?.hidePopover(); // on phones the panel covers the text
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  block.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  if (block.tabIndex < 0) block.tabIndex = -1;
  block.focus({ preventScroll: true });
  last = { chip, block };
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-cite]");
  const block = chip && document.getElementById(chip.dataset.cite || chip.hash.slice(1));
  if (!block) return;
  event.preventDefault();
  follow(chip, block);
});

// Esc leads back from the passage to the chip that was followed.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.activeElement === last.block) last.chip?.focus();
});
