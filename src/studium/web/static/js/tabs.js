// A row of tabs that is wider than a phone begins where one is.
for (const tabs of document.querySelectorAll(".st-tabs")) {
  const here = tabs.querySelector("[aria-current]")?.getBoundingClientRect();
  const row = tabs.getBoundingClientRect();
  if (here) tabs.scrollLeft += here.left + here.width / 2 - row.left - row.width / 2;
}
