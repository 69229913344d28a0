// The answer in a question's box: read it, set it, lock it, whatever kind of question it is.
//
//   read(box)             the response as the API takes it; null where nothing was answered
//   write(box, response)  put a response (or null) into the fields
//   lock(box, on)         no more changes (or changes again)
//   wake(box)             once for each box: uncover the buttons that need scripts
//   isEmpty(response)     whether there is nothing to count as answered
//   same(a, b)            whether two responses are equal, whatever the order of their parts
//
// A box is an element with data-question, data-kind and data-shape, usually a fieldset. No kind is
// known here by its name: the shape says how its fields (input, select, textarea) are read.
//   choice   a radio button's value        list    the values of ticked boxes, null for none
//   boolean  a radio "true" or "false"     text, number   the one field's text, as typed
//   object   one entry for each field with data-part that is filled; data-type="boolean" or
//            "number" converts. Matching: select per prompt; gaps: field per gap.
//   order    one select per entry, data-part is its id, its value the place from 1: a list of ids
//            by place. With scripts its rows (data-item) are moved by buttons (data-move="-1", "1")
//            and data-keep takes the order shown; without them people choose places.
// Parts inside [data-when="true"] are shown while a field with data-rules has that value.
// [data-words] inside a box shows how many words were typed.
// Every change, by buttons too, is an "input" event that bubbles to the box; fields keep their
// names ("q-<question id>", with "-<part>" behind it where there are several).

const fields = (box) => [...box.querySelectorAll("input, textarea, select")];
const isChoice = (field) => field.type === "radio" || field.type === "checkbox";
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const sorted = (value) =>
  isObject(value)
    ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
    : (value ?? null);

export const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

export const isEmpty = (response) =>
  response == null ||
  (typeof response === "string" && response.trim() === "") ||
  (typeof response === "object" && Object.keys(response).length === 0);

function valueOf(field) {
  if (field.dataset.type === "boolean") return field.value === "true";
  return field.dataset.type === "number" && /^[0-9]{1,9}$/.test(field.value.trim())
    ? Number(field.value)
    : field.value;
}

function readObject(box) {
  const found = {};
  for (const field of fields(box)) {
    const given = !isChoice(field) || field.checked;
    const hidden = field.closest("[data-when][hidden]");
    if (given && !hidden && field.value !== "" && field.dataset.part) {
      found[field.dataset.part] = valueOf(field);
    }
  }
  return Object.keys(found).length ? found : null;
}

function readOrder(box) {
  const placed = fields(box).filter((field) => field.value !== "");
  if (!placed.length || placed.length < fields(box).length) return null;
  placed.sort((a, b) => Number(a.value) - Number(b.value));
  return placed.map((field) => field.dataset.part);
}

export function read(box) {
  const checked = fields(box).filter((field) => field.checked);
  switch (box.dataset.shape) {
    case "choice":
      return checked[0]?.value ?? null;
    case "boolean":
      return checked.length ? checked[0].value === "true" : null;
    case "list":
      return checked.length ? checked.map((field) => field.value) : null;
    case "object":
      return readObject(box);
    case "order":
      return readOrder(box);
    default:
      return fields(box)[0]?.value || null;
  }
}

export function write(box, response) {
  if (box.dataset.shape === "order") writeOrder(box, response);
  else for (const field of fields(box)) writeField(box, field, response);
  fit(box);
}

function writeField(box, field, response) {
  const value = box.dataset.shape === "object" ? response?.[field.dataset.part] : response;
  if (isChoice(field)) {
    const wanted = Array.isArray(value) ? value.map(String) : [String(value)];
    field.checked = value != null && wanted.includes(field.value);
  } else {
    field.value = value ?? "";
  }
}

function writeOrder(box, response) {
  for (const field of fields(box)) {
    const place = (response ?? []).indexOf(field.dataset.part);
    field.value = place < 0 ? "" : String(place + 1);
  }
  if (!Array.isArray(response) || !box.querySelector("[data-move]")) return;
  const rows = new Map([...box.querySelectorAll("[data-item]")].map((r) => [r.dataset.item, r]));
  for (const id of response) {
    const row = rows.get(id);
    row?.parentElement.append(row);
  }
}

export function lock(box, on = true) {
  if ("disabled" in box) box.disabled = on;
  else for (const field of [...fields(box), ...box.querySelectorAll("button")]) field.disabled = on;
}

// What makes no sense for what was chosen is hidden (the output of a program that cannot run).
function fit(box) {
  const ruling = fields(box).find((field) => "rules" in field.dataset && field.checked);
  for (const part of box.querySelectorAll("[data-when]")) {
    part.hidden = part.dataset.when !== ruling?.value;
  }
  const count = box.querySelector("[data-words]");
  if (count) count.textContent = String(fields(box)[0].value.trim().split(/\s+/u).filter(Boolean).length);
  drawOrder(box);
}

function drawOrder(box) {
  if (box.dataset.shape !== "order") return;
  const rows = [...box.querySelectorAll("[data-item]")];
  rows.forEach((row, at) => {
    const place = row.querySelector("[data-place]");
    if (place) place.textContent = String(at + 1);
    for (const button of row.querySelectorAll("[data-move]")) {
      const to = at + Number(button.dataset.move);
      button.setAttribute("aria-disabled", String(to < 0 || to >= rows.length));
    }
  });
  const keep = box.querySelector("[data-keep]");
  if (keep) keep.hidden = readOrder(box) !== null;
}

function takeOrder(box) {
  [...box.querySelectorAll("[data-item]")].forEach((row, at) => {
    row.querySelector("select").value = String(at + 1);
  });
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function move(box, button) {
  const row = button.closest("[data-item]");
  const up = Number(button.dataset.move) < 0;
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (up) other.before(row);
  else other.after(row);
  takeOrder(box);
  button.focus();
  const said = box.querySelector("[data-moved]");
  if (said) {
    const at = [...row.parentElement.children].indexOf(row) + 1;
    said.textContent = said.dataset.moved.replace("{n}", String(at));
  }
}

export function wake(box) {
  for (const node of box.querySelectorAll("[data-with-script]")) node.hidden = false;
  for (const node of box.querySelectorAll("[data-without-script]")) node.hidden = true;
  box.addEventListener("input", () => fit(box));
  box.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button");
    if (!button || button.matches(":disabled")) return;
    if ("move" in button.dataset) move(box, button);
    else if ("keep" in button.dataset) takeOrder(box);
  });
  const response = read(box);
  if (box.dataset.shape === "order" && response) writeOrder(box, response);
  fit(box);
}
