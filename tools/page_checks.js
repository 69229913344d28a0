// What a page must not do, measured in the page. tools/page_checks.py puts it into every page.
(() => {
  const words = (el) => (el.textContent.trim() || el.getAttribute("aria-label") || "").slice(0, 40);
  const shown = (el) => el.checkVisibility({ checkVisibilityCSS: true, contentVisibilityAuto: true });
  const name = (el) => {
    const classes = (el.getAttribute("class") || "").trim().split(/\s+/).filter(Boolean);
    return [el.localName, ...classes.map((each) => `.${each}`)].join("") + (el.id ? `#${el.id}` : "");
  };

  // What clips or scrolls sideways by itself may hold something wider than the screen.
  function clipped(el) {
    for (let up = el.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return true;
    }
    return false;
  }

  function sideways() {
    const doc = document.documentElement;
    if (doc.scrollWidth <= doc.clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter((el) => {
      const box = el.getBoundingClientRect();
      return (box.right > doc.clientWidth + 1 || box.left < -1) && box.width > 1 && !clipped(el);
    });
    return [`sideways scroll to ${doc.scrollWidth}: ${wide.slice(-2).map(name).join(", ")}`];
  }

  function mirrored() {
    const doc = document.documentElement;
    const before = doc.dir;
    doc.dir = before === "rtl" ? "ltr" : "rtl";
    const found = sideways();
    doc.dir = before;
    return found;
  }

  function layout() {
    const faults = sideways();
    const heads = [...document.querySelectorAll("h1")].filter(shown);
    if (heads.length !== 1) faults.push(`${heads.length} h1`);
    if (!document.title.replace("· Studium", "").trim()) faults.push("no title");
    for (const el of document.querySelectorAll("body *")) {
      const own = [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
      if (!own || !shown(el)) continue;
      let size = parseFloat(getComputedStyle(el).fontSize);
      const svg = el.ownerSVGElement;
      if (svg && svg.getScreenCTM) size *= Math.abs(el.getScreenCTM().a);
      if (size < 11.9) faults.push(`small text, ${size.toFixed(1)} px: ${words(el)}`);
    }
    return faults;
  }

  // The ring of an element may be drawn by the label or row around it.
  function ringed(el) {
    for (let up = el, far = 0; up && far < 3; up = up.parentElement, far += 1) {
      const style = getComputedStyle(up);
      if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) return true;
    }
    return false;
  }

  // Whether the middle of it, or else of what it stands in, can be seen where the browser put it.
  function covered(el) {
    const box = el.getBoundingClientRect();
    const x = box.left + box.width / 2;
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (bottom <= top) return "out of sight";
    const places = box.height > innerHeight ? [0.5] : [0.1, 0.5, 0.9];
    for (const share of places) {
      const hit = document.elementFromPoint(x, top + (bottom - top) * share);
      if (!hit || hit === el || el.contains(hit) || hit.contains(el)) continue;
      if (el.closest("label")?.contains(hit) || el.labels?.[0]?.contains(hit)) continue;
      for (let up = hit; up; up = up.parentElement) {
        if (up.contains(el)) break;
        if (["fixed", "sticky"].includes(getComputedStyle(up).position)) return `under ${name(up)}`;
      }
    }
    return "";
  }

  const CAN =
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])";

  function focus() {
    const faults = [];
    const before = [scrollX, scrollY];
    for (const el of document.querySelectorAll(CAN)) {
      if (el.disabled || el.matches(".st-skip, :disabled") || !shown(el)) continue;
      const box = el.getBoundingClientRect();
      if (box.width < 1 || box.height < 1) continue;
      el.focus();
      if (document.activeElement !== el) continue; // another of its group of radio buttons has it
      if (!ringed(el)) faults.push(`no focus ring: ${name(el)} ${words(el)}`);
      const under = covered(el);
      if (under) faults.push(`focus ${under}: ${name(el)} ${words(el)}`);
    }
    document.activeElement?.blur();
    scrollTo(...before);
    return faults;
  }

  // What belongs to the screen alone, or would not be read on white paper.
  const SCREEN = ".st-top, .st-foot, .st-btn, .st-skip, .st-toasts, .st-tabs, .st-crumbs, .st-readbar, .st-pager";

  function printed() {
    const bars = [...document.querySelectorAll(SCREEN)].filter(shown);
    const faults = [...new Set(bars.map((el) => `on paper: ${name(el)}`))];
    const page = getComputedStyle(document.body);
    if (page.backgroundColor !== "rgb(255, 255, 255)") faults.push(`paper is ${page.backgroundColor}`);
    if (page.color !== "rgb(0, 0, 0)") faults.push(`ink is ${page.color}`);
    for (const el of document.querySelectorAll("main *")) {
      const own = [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
      const [r, g, b] = getComputedStyle(el).color.match(/[\d.]+/g).map(Number);
      if (own && shown(el) && r + g + b > 420) faults.push(`pale on paper: ${name(el)} ${words(el)}`);
    }
    return [...faults, ...sideways()];
  }

  // With the colours of the system a frame or an outline must say what a fill said.
  function forced() {
    const framed = document.querySelectorAll("main :is(.st-btn, .st-option, .st-notice, .st-toast, .st-input, .st-progress)");
    const bare = [...framed].filter((el) => shown(el) && getComputedStyle(el).borderStyle === "none");
    const chosen = document.querySelectorAll(".st-option:has(input:checked), .st-tabs [aria-current]");
    const unsaid = [...chosen].filter((el) => shown(el) && getComputedStyle(el).outlineStyle === "none");
    return [...bare.map((el) => `no frame: ${name(el)}`), ...unsaid.map((el) => `not told as chosen: ${name(el)}`)];
  }

  const moving = () => document.getAnimations().map((each) => `moves: ${name(each.effect.target)}`);

  async function violations(rules) {
    const found = await axe.run(document, {
      runOnly: rules,
      resultTypes: ["violations"],
      elementRef: false,
      preload: false,
    });
    return found.violations.map(({ id, nodes }) => {
      const first = nodes.slice(0, 3).map((node) => node.html.slice(0, 120));
      return `axe ${id} (${nodes.length}): ${first.join(" ; ")}`;
    });
  }

  window.studiumFaults = { axe: violations, focus, forced, layout, mirrored, moving, printed, sideways };
})();
