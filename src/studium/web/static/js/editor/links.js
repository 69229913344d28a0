// Two opening brackets offer the lessons and files of the course; a choice becomes a link.
import { placesIn } from "./step.js";

const TYPED = /\[\[([^[\]\n]{0,80})$/;

export function completeLinks(area, put) {
  const list = document.getElementById("targets");
  let asked = 0;
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);

  const options = () => [...list.querySelectorAll("[data-put]")];
  const isOpen = () => list.matches(":popover-open");
  const current = () => options().find((one) => one.ariaSelected === "true");

  function close() {
    asked += 1;
    if (isOpen()) list.hidePopover();
    area.removeAttribute("aria-activedescendant");
  }

  function select(option) {
    for (const one of options()) one.ariaSelected = String(one === option);
    if (!option) return;
    area.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function place(start) {
    const box = area.getBoundingClientRect();
    const { top, left } = placesIn(area, [start])[0];
    const line = parseFloat(getComputedStyle(area).lineHeight) || 20;
    const below = box.top + top - area.scrollTop + line + 4;
    const room = Math.max(8, innerWidth - list.offsetWidth - 8);
    Object.assign(list.style, {
      insetBlock: `${Math.min(below, innerHeight - list.offsetHeight - 8)}px auto`,
      insetInline: "auto",
      left: `${Math.min(Math.max(8, box.left + left), room)}px`,
    });
  }

  async function offer(words, start) {
    const mine = ++asked;
    const address = `${area.form.dataset.targets}?${new URLSearchParams({ q: words })}`;
    const answer = await fetch(address).catch(() => null);
    if (mine !== asked || !answer?.ok || answer.redirected) return;
    // Our own server's page, where names are escaped.
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    list.replaceChildren(...page.body.childNodes);
    if (!isOpen()) list.showPopover();
    place(start);
    select(options()[0]);
  }

  function choose(option) {
    const start = area.value.slice(0, area.selectionEnd).search(TYPED);
    close();
    if (start < 0) return;
    put(option.dataset.put, start, area.selectionEnd);
    const words = option.dataset.put.startsWith("![") ? start + 2 : area.selectionEnd;
    area.setSelectionRange(words, words); // an image wants its description
  }

  area.addEventListener("input", () => {
    const before = area.value.slice(0, area.selectionEnd);
    const found = TYPED.exec(before);
    if (found) offer(found[1], found.index);
    else close();
  });
  area.addEventListener("keydown", (event) => {
    if (!isOpen()) return;
    const all = options();
    const at = all.indexOf(current());
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") select(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") select(all.at(at - 1));
    else if (["Enter", "Tab"].includes(event.key) && at >= 0) choose(all[at]);
    else return;
    event.preventDefault();
  });
  area.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the caret stays where it is
    const option = event.target.closest("[data-put]");
    if (option) choose(option);
  });
}
