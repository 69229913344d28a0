// Drag on top of Move up and Move down buttons, which work without it.
//
//   <ol data-reorder="form id"> <li data-id="…"> <span class="st-grip" data-grip> …
//
// On drop the form is sent with one hidden "order" field per item, in the new order.
function siblingAt(list, item, y) {
  for (const other of list.children) {
    if (other === item) continue;
    const box = other.getBoundingClientRect();
    if (y < box.top + box.height / 2) return other;
  }
  return null;
}

function send(list) {
  const form = document.getElementById(list.dataset.reorder);
  for (const old of form.querySelectorAll("input[name=order]")) old.remove();
  for (const item of list.children) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "order", value: item.dataset.id });
    form.append(input);
  }
  form.requestSubmit();
}

function drag(list, item, grip, start) {
  const before = [...list.children];
  grip.setPointerCapture(start.pointerId);
  item.classList.add("is-dragged");
  const move = (event) => list.insertBefore(item, siblingAt(list, item, event.clientY));
  const stop = (event) => {
    grip.removeEventListener("pointermove", move);
    item.classList.remove("is-dragged");
    if (event.type === "pointercancel") list.append(...before);
    else if (before.some((child, index) => child !== list.children[index])) send(list);
  };
  grip.addEventListener("pointermove", move);
  grip.addEventListener("pointerup", stop, { once: true });
  grip.addEventListener("pointercancel", stop, { once: true });
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  const list = grip?.closest("[data-reorder]");
  if (!list || event.button !== 0) return;
  event.preventDefault();
  drag(list, grip.closest("[data-id]"), grip, event);
});

// Alt and an arrow on anything in an item press its Move button; the page that comes then goes on
// from the same item.
document.addEventListener("keydown", (event) => {
  const name = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const item = event.altKey && name && event.target.closest("[data-reorder] > [data-id]");
  const button = item && item.querySelector(`button[name=${name}]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
const moved = document.getElementById(location.hash.slice(1));
if (moved?.closest("[data-reorder]")) moved.querySelector("a")?.focus();
