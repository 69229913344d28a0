// What the player needs to know of an answer beside reading and writing it (../answers.js): whether
// two are the same to the server, what a person would call it, and how to show one to look at.
import { lock, same, write } from "../answers.js";

const NOT_THE_ANSWER = "legend, [data-heading], [data-message], [data-aside]";
const isChoice = (field) => /^(radio|checkbox)$/.test(field.type);

// The server keeps an answer in its normal form: outer spaces go, "3,0" is 3.0, ticked boxes have
// the author's order. Two answers are one if they differ in that alone.
function usual(value, shape) {
  if (Array.isArray(value)) {
    const list = shape === "list" ? [...value].sort() : value;
    return list.length ? list : null;
  }
  if (value !== null && typeof value === "object") {
    const parts = Object.entries(value).map(([name, part]) => [name, usual(part)]);
    return Object.fromEntries(parts.filter(([, part]) => part !== null));
  }
  if (typeof value !== "string") return value ?? null;
  const text = value.replaceAll("\r\n", "\n").trim();
  const number = Number(text.replace(",", ".").replace("\u2212", "-"));
  if (text === "") return null;
  return shape === "number" && Number.isFinite(number) ? number : text;
}

export const alike = (box, one, other) =>
  same(usual(one, box.dataset.shape), usual(other, box.dataset.shape));

const fieldsOf = (box) => [...box.querySelectorAll("input, textarea, select")];

function nameOf(field) {
  if (field.tagName === "SELECT") return field.selectedOptions[0]?.textContent.trim() ?? "";
  if (!isChoice(field)) return field.value;
  const label = field.labels?.[0];
  return (label?.querySelector("span") ?? label)?.textContent.trim() ?? "";
}

// What a person would say they answered, for when the fields themselves are out of reach.
export function inWords(box) {
  return fieldsOf(box)
    .filter((field) => (isChoice(field) ? field.checked : field.value !== ""))
    .filter((field) => !field.closest("[data-when][hidden]"))
    .map(nameOf)
    .join("; ");
}

// The fields once more, with another response in them and nothing to type into.
export function picture(box, response) {
  const copy = document.createElement("div");
  copy.dataset.shape = box.dataset.shape;
  copy.className = "st-stack is-tight";
  const parts = [...box.children].filter((one) => !one.matches(NOT_THE_ANSWER));
  copy.append(...parts.map((part) => part.cloneNode(true)));
  // Names and ids are one of a kind, and a label finds its field by them.
  for (const name of ["id", "for", "name", "aria-labelledby"]) {
    for (const one of copy.querySelectorAll(`[${name}]`)) {
      one.setAttribute(name, `shown-${one.getAttribute(name)}`);
    }
  }
  write(copy, response);
  lock(copy);
  return copy;
}
