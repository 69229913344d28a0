// What a page must not do, measured in the page. tools/page_checks.py puts it into every page.
(() => {
  const words = (el) => (el.textContent.trim() || el.getAttribute("aria-label") || "").slice(0, 40);
  const shown = (el) => el.checkVisibility({ checkVisibilityCSS: true, contentVisibilityAuto: true });
  const name = (el) => {
    const classes = (el.getAttribute("class") || "").trim().split(/\s+/).filter(Boolean);
    return [el.localName, ...classes.map((each) => `.${each}`)].join("");
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
    const found = sideways().map((each) => `right to left: ${each}`);
    doc.dir = before;
    return found;
  }

  function layout() {
    const faults = sideways();
    const heads = [...document.querySelectorAll("h1")].filter(shown);
    if (heads.length !== 1) faults.push(`${heads.length} h1`);
    if (!document.title.replace("· Studium", "").trim()) faults.push("no title");
    // A row of a list is an icon, words and an action: a fourth part falls under the icon.
    for (const row of document.querySelectorAll(".st-list > li")) {
      const parts = [...row.children].filter((el) => shown(el) && getComputedStyle(el).position === "static");
      const columns = getComputedStyle(row).gridTemplateColumns.split(" ").length;
      const icon = parts[0]?.matches(".st-icon, .st-grip, .st-check");
      if (icon && columns === 3 && parts.length > 3) faults.push(`${parts.length} parts in a row of a list: ${words(row)}`);
    }
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
    // Something high, such as a text being written, scrolls by itself as the cursor moves in it.
    const places = box.height > innerHeight / 3 ? [0.5] : [0.1, 0.5, 0.9];
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

  // Of many of a kind, as in the rows of a table, the first and the last two.
  function sample(all) {
    const kinds = Map.groupBy(all, (el) => `${name(el)} in ${name(el.parentElement)}`);
    return [...kinds.values()].flatMap((same) => (same.length > 5 ? [...same.slice(0, 2), ...same.slice(-2)] : same));
  }

  function focus() {
    const faults = [];
    const before = [scrollX, scrollY];
    for (const el of sample([...document.querySelectorAll(CAN)])) {
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

  // sRGB, as CSS gives computed colours here: [r, g, b, alpha].
  const parts = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((c, i) => c * a + under[i] * (1 - a));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  // What is painted behind an element. No page puts a picture behind text.
  function behind(el, known) {
    if (!el) return parts(getComputedStyle(document.documentElement).backgroundColor).slice(0, 3);
    if (!known.has(el)) {
      const own = parts(getComputedStyle(el).backgroundColor);
      known.set(el, own[3] === 1 ? own.slice(0, 3) : over(own, behind(el.parentElement, known)));
    }
    return known.get(el);
  }

  // Contrast of text as WCAG 1.4.3 counts it: what axe measures, at a tenth of its cost.
  function contrast() {
    const known = new Map();
    const faults = [];
    for (const el of document.querySelectorAll("body :not(svg, svg *)")) {
      const own = [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
      if (!own || !shown(el) || el.closest(":disabled, [aria-disabled=true], .st-sr")) continue;
      const style = getComputedStyle(el);
      const under = behind(el, known);
      const [a, b] = [light(over(parts(style.color), under)), light(under)].sort((x, y) => y - x);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < (large ? 3 : 4.5) - 0.01) faults.push(`contrast ${ratio.toFixed(2)}: ${name(el)} ${words(el)}`);
    }
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

  async function violations(where, runOnly, rules = {}) {
    const found = await axe.run(where, {
      runOnly,
      rules,
      resultTypes: ["violations"],
      elementRef: false,
      preload: false,
    });
    return found.violations.map(({ id, nodes }) => {
      const first = nodes.slice(0, 3).map((node) => node.html.slice(0, 120));
      return `axe ${id} (${nodes.length}): ${first.join(" ; ")}`;
    });
  }

  // A text of each look, by its place, its colours and its size. `contrast` measures them all.
  function looks() {
    const known = new Map();
    const faded = (el) => (el ? getComputedStyle(el).opacity * faded(el.parentElement) : 1);
    const kinds = new Map();
    for (const el of document.querySelectorAll("body :not(svg, svg *)")) {
      const own = [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
      if (!own || !shown(el)) continue;
      const style = getComputedStyle(el);
      const look = [style.color, behind(el, known), style.fontSize, style.fontWeight, faded(el)];
      kinds.set([name(el), name(el.parentElement), ...look].join(" "), el);
    }
    return kinds;
  }

  let seen = new Set();
  let known = new Set(); // looks whose contrast axe has measured, here or on a page before

  // What every rule is asked about, but for the two for which axe lays a grid over the whole page:
  // half of its time. `pale` and `small` ask these two about what can be at fault.
  const GRIDDED = { "color-contrast": { enabled: false }, "target-size": { enabled: false } };
  const only = (...values) => ({ type: "rule", values });

  // Contrast as axe has it, for one text of each look that is not known yet.
  async function pale(within) {
    const fresh = [...looks()].filter(([look, el]) => !known.has(look) && (!within || within.has(el)));
    for (const [look] of fresh) known.add(look);
    const include = fresh.map(([, el]) => el);
    return include.length ? violations({ include }, only("color-contrast")) : [];
  }

  async function small() {
    const include = cramped();
    return include.length ? violations({ include }, only("target-size")) : [];
  }

  async function whole(rules) {
    seen = new Set([...document.querySelectorAll("body *")].filter(shown));
    const found = await violations(document, rules, GRIDDED);
    return [...found, ...(await pale()), ...(await small())];
  }

  // Targets that are smaller than they should be and have another within reach of a finger, and
  // those partly over another: no other can be at fault. A link in the middle of a text may be small.
  function cramped() {
    const inText = (el) =>
      getComputedStyle(el).display === "inline" &&
      [...el.parentElement.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim().length > 1);
    const targets = [...document.querySelectorAll(CAN)].filter(shown).map((el) => [el, el.getBoundingClientRect()]);
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const within = (el, other) => el.contains(other) || other.contains(el);
    const middle = (box) => [box.left + box.width / 2, box.top + box.height / 2];
    // A ring of 24 px around its middle meets the other, or the ring of the other.
    const reaches = (box, its) => {
      const [[x, y], [u, v]] = [middle(box), middle(its)];
      const beside = Math.max(its.left - x, x - its.right, 0);
      const below = Math.max(its.top - y, y - its.bottom, 0);
      return Math.hypot(beside, below) < 12.5 || Math.hypot(x - u, y - v) < 24.5;
    };
    return targets
      .filter(([el, box]) => {
        const tiny = box.width < 24 || box.height < 24;
        const near = ([other, its]) =>
          other !== el && ((tiny && reaches(box, its)) || (meet(box, its) && !within(el, other)));
        return targets.some(near) && !inText(el);
      })
      .map(([el]) => el);
  }

  // At another width: every rule for what was not to be seen before, and for the rest those that
  // ask how large a thing is and whether it scrolls.
  async function again(rules) {
    const all = [...document.querySelectorAll("body *")];
    const fresh = new Set(all.filter((el) => !seen.has(el) && shown(el)));
    const roots = [...fresh].filter((el) => !fresh.has(el.parentElement) && !el.closest("svg, math"));
    const scrolls = all.filter(
      (el) =>
        (el.scrollHeight > el.clientHeight || el.scrollWidth > el.clientWidth) &&
        /auto|scroll/.test(getComputedStyle(el).overflow),
    );
    const found = [];
    if (roots.length) found.push(...(await violations({ include: roots }, rules, GRIDDED)), ...(await pale(fresh)));
    if (scrolls.length) found.push(...(await violations({ include: scrolls }, only("scrollable-region-focusable"))));
    // A bar that sticks covers now what it uncovers when the page is scrolled.
    const bars = all.filter((el) => getComputedStyle(el).position === "sticky");
    for (const el of bars) el.style.position = "static";
    found.push(...(await small()));
    for (const el of bars) el.style.removeProperty("position");
    return found;
  }

  // Every rule for every element, also the contrast of every text: what `whole`, `again` and
  // `contrast` spare themselves.
  async function every(rules) {
    const bars = [...document.querySelectorAll("body *")].filter((el) => getComputedStyle(el).position === "sticky");
    for (const el of bars) el.style.position = "static";
    const found = await violations(document, rules);
    for (const el of bars) el.style.removeProperty("position");
    return found;
  }

  // What is measured at once in a page as it stands.
  const ASKED = { again, contrast, every, focus, layout, mirrored, sideways, whole };

  // The faults, and the looks whose contrast axe has measured for them. A page keeps the looks that
  // it was told with its first question.
  async function ask(names, rules, looked) {
    if (looked) known = new Set(looked);
    const before = known.size;
    const found = [];
    for (const each of names) found.push(...(await ASKED[each](rules)));
    return [found, [...known].slice(before)];
  }

  window.studiumFaults = { ask, forced, moving, printed };
})();
