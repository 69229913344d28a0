// Wakes the answer fields of a page that is no exam: practice, and an author's preview.
import { wake } from "./answers.js";

const wakeAll = (root) => {
  for (const box of root.querySelectorAll("[data-question]")) wake(box);
};

wakeAll(document);
document.addEventListener("htmx:afterSettle", ({ target }) => wakeAll(target.parentElement ?? target));
