// The palette: one field, under it what fits. The field keeps the focus; the arrows choose, Enter
// opens. Its HTML comes from the server when it is first asked for, its options from htmx.
const opener = document.querySelector("[data-palette]");
const person = document.querySelector("[data-sign-out]")?.dataset.person ?? "";
const KEPT = `studium_single_keys:${person}`;
let loading;

function load() {
  loading ??= fetch("/palette/", { headers: { "HX-Request": "true" } }).then(async (answer) => {
    if (!answer.ok) throw new Error(`The palette is not there: ${answer.status}`);
    const holder = document.createElement("div");
    holder.innerHTML = await answer.text();
    document.body.append(holder);
    const box = holder.querySelector("#palettes");
    window.htmx.process(box);
    sessionStorage.setItem(KEPT, box.dataset.singleKeys);
    wake(box);
    return box;
  });
  loading.catch(() => (loading = undefined));
  return loading;
}

// Whether keys may act alone: as the server said last in this tab, else it is asked now.
export async function singleKeys() {
  const kept = sessionStorage.getItem(KEPT);
  if (kept) return kept === "on";
  try {
    return (await load()).dataset.singleKeys === "on";
  } catch {
    return false;
  }
}

export async function open(name) {
  try {
    const box = await load();
    if (box.querySelector("dialog[open]")) return;
    box.querySelector(`#${name}`).showModal();
    box.querySelector("#palette-q").select();
  } catch {
    location.assign(opener.href); // without a connection, or signed out: the page says which
  }
}

function wake(box) {
  const field = box.querySelector("#palette-q");
  const list = box.querySelector("#palette-found");
  const hint = box.querySelector("[data-offline]");
  const plain = hint.innerHTML;
  const options = () => [...list.querySelectorAll("[role=option]")];

  function choose(at) {
    const all = options();
    all.forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
    if (all[at]) field.setAttribute("aria-activedescendant", all[at].id);
    else field.removeAttribute("aria-activedescendant");
    all[at]?.scrollIntoView({ block: "nearest" });
  }

  const chosen = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");

  field.addEventListener("keydown", (event) => {
    const all = options();
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && all.length) {
      event.preventDefault();
      choose((chosen() + by + all.length) % all.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      all[chosen()]?.click();
    }
  });
  list.addEventListener("htmx:afterSwap", () => {
    hint.innerHTML = plain;
    choose(0);
  });
  field.addEventListener("htmx:sendError", () => (hint.textContent = hint.dataset.offline));
  // A click beside the box closes it, as Esc does.
  for (const dialog of box.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
  choose(0);
}
