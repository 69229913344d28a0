// The panel beside a lesson: one of its parts at a time. Without scripts all of them are shown.
const group = document.querySelector("[data-panes]");
const panel = document.getElementById("panel");

export function showPane(name) {
  for (const button of group?.querySelectorAll("button") ?? []) {
    const shown = button.value === name;
    const pane = document.getElementById(button.getAttribute("aria-controls"));
    button.setAttribute("aria-pressed", String(shown));
    pane.hidden = !shown;
    if (shown) window.htmx?.trigger(pane, "pane");
  }
}

// On a small screen the panel is a sheet that must be opened first.
export function openPane(name) {
  showPane(name);
  if (getComputedStyle(panel).display === "none") panel.showPopover();
}

// A link to a note: its card comes with the panel, after the page.
function toCard(id) {
  openPane("own");
  const show = () => document.getElementById(id)?.scrollIntoView({ block: "nearest" });
  document.addEventListener("htmx:afterSettle", show, { once: true });
}

export function start() {
  if (!group) return;
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) showPane(button.value);
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("a[data-pane]");
    if (!opener) return;
    event.preventDefault();
    openPane(opener.dataset.pane);
    const pane = document.getElementById(`pane-${opener.dataset.pane}`);
    const enter = () => pane.querySelector("textarea, a, button")?.focus();
    // What is in it may still be on its way.
    const once = { once: true };
    if (!pane.querySelector("textarea")) pane.addEventListener("htmx:afterSettle", enter, once);
    enter();
  });
  // Part of the AI notes was kept as one's own: it stands among those now.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!event.detail.requestConfig?.elt?.matches("[data-keep]")) return;
    openPane("own");
    document.querySelector("#pane-own [data-focus]")?.focus();
  });
  if (location.hash.startsWith("#own-")) toCard(location.hash.slice(1));
  else showPane(group.dataset.panes);
}
