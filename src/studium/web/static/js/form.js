// Small courtesies for forms: the error summary takes the focus, a password can be shown, a form is
// not sent twice, a toast can be dismissed.
function wake(root) {
  root.querySelector("[data-focus]")?.focus();
  for (const button of root.querySelectorAll("[data-show], [data-dismiss]")) button.hidden = false;
}

function show(button) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show], [data-dismiss]");
  if (button?.matches("[data-show]")) show(button);
  if (button?.matches("[data-dismiss]")) button.closest(".st-toast").remove();
});

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.defaultPrevented) return;
  if (event.target.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (event.target.matches("[data-sign-out]")) {
    event.preventDefault(); // answers of an exam may wait on this device
    const go = () => event.target.submit();
    import("./exam/sign-out.js").then(({ askFirst }) => askFirst(event.target)).catch(go);
    return;
  }
  // htmx keeps the page, so its forms must stay usable afterwards.
  if ([...event.target.attributes].some(({ name }) => name.startsWith("hx-"))) return;
  event.target.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

// Coming back with the Back button shows the page as it was left: make its forms usable again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) {
    button.removeAttribute("aria-busy");
  }
});

// After a swap the focus goes to the message or heading that asks for it.
document.addEventListener("htmx:afterSwap", (event) => wake(event.target));
wake(document);
