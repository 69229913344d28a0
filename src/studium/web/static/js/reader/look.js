// The reader's choices apply as they are made; a cookie keeps them for this device.
const YEAR = 60 * 60 * 24 * 365;

function keep(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
}

function apply(form) {
  const chosen = Object.fromEntries(new FormData(form));
  for (const name of ["size", "width", "font"]) {
    for (const old of [...document.body.classList]) {
      if (old.startsWith(`is-${name}-`)) document.body.classList.remove(old);
    }
    if (chosen[name]) document.body.classList.add(`is-${name}-${chosen[name]}`);
  }
  keep("studium_reader", [chosen.size, chosen.width, chosen.font].join("."));
  if (chosen.theme) document.documentElement.dataset.theme = chosen.theme;
  else delete document.documentElement.dataset.theme;
  keep("studium_theme", chosen.theme ?? "");
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-look]");
  if (form) apply(form);
});

// Nothing is left to save by hand.
document.addEventListener("htmx:afterSwap", (event) => {
  const button = event.target.querySelector("form[data-look] button");
  if (button) button.hidden = true;
});
