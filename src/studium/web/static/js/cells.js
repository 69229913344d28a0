// Arrow keys move from cell to cell in a gradebook; each cell is a link, so Enter opens it.
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

for (const table of document.querySelectorAll(".st-book table")) {
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td, th");
    const step = STEPS[event.key];
    if (!cell || !step) return;
    const row = table.rows[cell.parentElement.rowIndex + step[0]];
    const next = row?.cells[cell.cellIndex + step[1]]?.querySelector("a");
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
