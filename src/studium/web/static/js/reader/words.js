// The words of a block as its reader sees them, and where a quotation stands among them. Blanks
// count once, however many there are, since the server and the page break lines differently.
const NOT_TEXT = "button, .st-badge, annotation, script, style";

// The block with words of its own around a node; only these have marks.
export function blockOf(node) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  return element?.closest(".st-prose [id^='b-']") ?? null;
}

// The text nodes that belong to the block itself and not to a block inside it.
export function textNodes(block) {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.closest(NOT_TEXT) && blockOf(node) === block) nodes.push(node);
  }
  return nodes;
}

// [text with single blanks, for each of its characters [node, offset]].
function folded(block) {
  let text = "";
  const places = [];
  for (const node of textNodes(block)) {
    for (let at = 0; at < node.data.length; at += 1) {
      const blank = /\s/.test(node.data[at]);
      if (blank && (text === "" || text.endsWith(" "))) continue;
      text += blank ? " " : node.data[at];
      places.push([node, at]);
    }
  }
  return [text, places];
}

const single = (text) => text.replace(/\s+/g, " ").trim();

function nearest(text, wanted, near) {
  let best = -1;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (best < 0 || Math.abs(at - near) < Math.abs(best - near)) best = at;
  }
  return best;
}

// [first, end] of the longest run of words at one end of a quotation that the text has.
function edge(text, words, near, backwards) {
  for (let count = Math.min(6, words.length - 1); count > 0; count -= 1) {
    const run = (backwards ? words.slice(-count) : words.slice(0, count)).join(" ");
    const at = nearest(text, run, near);
    if (at >= 0) return [at, at + run.length];
  }
  return null;
}

// The places of a quotation in a block as [node, from, to]; all of the block if it shows the words
// otherwise (a formula).
export function placesOf(block, quote, near) {
  const [text, places] = folded(block);
  const wanted = single(quote);
  if (!wanted || !text.trim()) return [];
  let [from, to] = [nearest(text, wanted, near), 0];
  if (from >= 0) {
    to = from + wanted.length;
  } else {
    const words = wanted.split(" ");
    const first = edge(text, words, near, false);
    const last = edge(text, words, near + wanted.length, true);
    [from, to] = first && last && first[0] < last[1] ? [first[0], last[1]] : [0, text.length];
  }
  const found = [];
  for (const [node, at] of places.slice(from, to)) {
    const piece = found.at(-1);
    if (piece?.[0] === node) piece[2] = at + 1;
    else found.push([node, at, at + 1]);
  }
  return found;
}

// A letter of a word that blanks end; in scripts without blanks a selection stays as it is.
const LETTER = /[\p{L}\p{N}]/u;
const CLOSE = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/;
const letter = (text, at) => LETTER.test(text[at] ?? " ") && !CLOSE.test(text[at]);

// The edge of a selection, moved out to the edge of its word.
function wordStart(text, from) {
  if (!letter(text, from)) return from;
  while (letter(text, from - 1)) from -= 1;
  return from;
}

function wordEnd(text, to) {
  if (!letter(text, to - 1)) return to;
  while (letter(text, to)) to += 1;
  return to;
}

// What of a selection stands in one block: {block, quote, near}.
function chosenIn(block, range) {
  let [quote, before, begun] = ["", "", false];
  for (const node of textNodes(block)) {
    if (!range.intersectsNode(node)) {
      if (!begun) before += node.data;
      continue;
    }
    const whole = node.data.length;
    const from = node === range.startContainer ? wordStart(node.data, range.startOffset) : 0;
    const to = node === range.endContainer ? wordEnd(node.data, range.endOffset) : whole;
    if (to <= from) continue;
    if (!begun) before += node.data.slice(0, from);
    quote += node.data.slice(from, to);
    begun = true;
  }
  return { block: block.id, quote, near: before.trimStart().length };
}

// What a selection marks, block by block; empty when it marks nothing in the lesson.
export function chosen(selection, article) {
  if (!selection || selection.isCollapsed || !selection.rangeCount) return [];
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(article)) return [];
  return [...article.querySelectorAll("[id^='b-']")]
    .filter((block) => range.intersectsNode(block))
    .map((block) => chosenIn(block, range))
    .filter((one) => one.quote.trim());
}
