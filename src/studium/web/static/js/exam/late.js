// On the page of a result: what was typed and never reached the server in time is shown to its owner
// once more, in words, until they put it away.
import { openQueue } from "./queue.js";
import { say } from "./words.js";

const place = document.querySelector("[data-late]");
const queue = await openQueue(place.dataset);
const rows = await queue.waiting();

for (const row of rows.filter(({ words }) => words)) {
  const item = document.createElement("li");
  item.textContent = `${say(place.dataset.wordQuestion, { n: row.number })} ${row.words}`;
  place.querySelector("ul").append(item);
}
place.hidden = place.querySelector("ul").childElementCount === 0;
place.querySelector("button").addEventListener("click", async () => {
  for (const { question } of rows) await queue.confirm(question);
  place.remove();
});
