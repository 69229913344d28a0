// Signing out with answers on this device that nobody has but it: say so first.
import { countWaiting } from "./queue.js";

const say = (text, n) => text.replace("{n}", String(n));

export async function askFirst(form) {
  const waiting = await countWaiting(form.dataset.person);
  const { unsent } = form.dataset;
  if (waiting === 0 || window.confirm(say(unsent, waiting))) form.submit();
}
