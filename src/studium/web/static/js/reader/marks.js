// Shows the reader's own notes in the text: each passage gets a <mark> that leads to its card.
import { placesOf } from "./words.js";

function unpaint(article) {
  for (const mark of article.querySelectorAll("mark[data-own]")) {
    const parent = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    parent.normalize();
  }
}

function paintOne(article, card) {
  const block = article.querySelector(`[id="${CSS.escape(card.dataset.block)}"]`);
  if (!block) return;
  for (const [node, from, to] of placesOf(block, card.dataset.words, Number(card.dataset.begins))) {
    const mark = document.createElement("mark");
    mark.dataset.own = card.dataset.ownNote;
    mark.dataset.kind = card.dataset.kind;
    const piece = from > 0 ? node.splitText(from) : node;
    if (to - from < piece.data.length) piece.splitText(to - from);
    piece.replaceWith(mark);
    mark.append(piece);
  }
}

// Each card is painted by itself: one that cannot be shown takes no other with it.
export function paint(article) {
  unpaint(article);
  for (const card of document.querySelectorAll("[data-own-note][data-block]")) {
    paintOne(article, card);
  }
}
