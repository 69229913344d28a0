// Keeps text and preview in step while one of them is scrolled, by the blocks of the lesson, and
// finds places in the text area: an area has no boxes for its lines, so a hidden copy is measured.
const COPIED = [
  ...["fontFamily", "fontSize", "fontWeight", "letterSpacing", "lineHeight", "tabSize"],
  ...["paddingTop", "paddingBottom", "paddingLeft", "paddingRight", "direction"],
];

// Boxes of the places in the text, in CSS pixels from the top left of the area's content.
export function placesIn(area, offsets) {
  const hull = document.createElement("div");
  const copy = document.createElement("div");
  const style = getComputedStyle(area);
  // Properties set here are allowed by the policy; a style attribute would not be.
  Object.assign(hull.style, { position: "absolute", blockSize: "0", overflow: "hidden" });
  Object.assign(copy.style, { whiteSpace: "pre-wrap", overflowWrap: "break-word" });
  for (const name of COPIED) copy.style[name] = style[name];
  Object.assign(copy.style, { position: "relative", width: `${area.clientWidth}px` });
  let at = 0;
  const marks = offsets.map((offset) => {
    const mark = document.createElement("span");
    mark.textContent = "\u200b";
    copy.append(area.value.slice(at, offset), mark);
    at = offset;
    return mark;
  });
  copy.append(area.value.slice(at) || " ");
  hull.append(copy);
  area.parentElement.append(hull);
  const found = marks.map((mark) => ({ top: mark.offsetTop, left: mark.offsetLeft }));
  hull.remove();
  return found;
}

function lineStarts(text) {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

// Pairs of heights, [in the text, in the preview], that belong together; rising on both sides.
function pairs(area, preview) {
  const starts = lineStarts(area.value);
  const top = preview.getBoundingClientRect().top - preview.scrollTop;
  const known = JSON.parse(preview.dataset.lines || "[]")
    .map(([id, line]) => [document.getElementById(id), starts[line - 1]])
    .filter(([block, start]) => block && preview.contains(block) && start !== undefined);
  const heights = placesIn(area, known.map(([, start]) => start));
  const found = [[0, 0]];
  known.forEach(([block], index) => {
    const pair = [heights[index].top, block.getBoundingClientRect().top - top];
    const last = found.at(-1);
    if (pair[0] > last[0] && pair[1] > last[1]) found.push(pair);
  });
  found.push([area.scrollHeight, preview.scrollHeight]);
  return found;
}

function along(known, from, to, height) {
  let index = known.findIndex((pair) => pair[from] > height);
  if (index < 1) index = known.length - 1;
  const [before, after] = [known[index - 1], known[index]];
  const share = (height - before[from]) / (after[from] - before[from] || 1);
  return before[to] + share * (after[to] - before[to]);
}

export function keepInStep(area) {
  let leader = area;
  let known = null;
  const preview = () => document.querySelector("#preview .st-preview");
  const follow = () => {
    const other = preview();
    if (!other) return;
    known ??= pairs(area, other);
    if (leader === area) other.scrollTop = along(known, 0, 1, area.scrollTop);
    else area.scrollTop = along(known, 1, 0, other.scrollTop);
  };
  const lead = (event) => {
    if (event.target === area) leader = area;
    else if (event.target.closest?.(".st-preview")) leader = preview();
  };
  for (const name of ["pointerover", "focusin", "wheel", "touchstart"]) {
    document.addEventListener(name, lead, { passive: true });
  }
  const scrolled = (event) => {
    if (event.target === leader && [area, preview()].includes(leader)) requestAnimationFrame(follow);
  };
  document.addEventListener("scroll", scrolled, { capture: true, passive: true });
  const measureAgain = () => (known = null);
  area.addEventListener("input", () => {
    leader = area;
    measureAgain();
  });
  new ResizeObserver(measureAgain).observe(area);
  document.addEventListener("load", measureAgain, true); // an image in the preview has come
  document.addEventListener("htmx:afterSwap", () => {
    measureAgain();
    leader = area;
    follow();
  });
  document.addEventListener("click", (event) => {
    const line = event.target.closest("[data-line]")?.dataset.line;
    if (!line) return;
    event.preventDefault();
    const start = lineStarts(area.value)[line - 1] ?? 0;
    area.focus();
    area.setSelectionRange(start, start);
    area.scrollTop = placesIn(area, [start])[0].top - area.clientHeight / 3;
  });
}
