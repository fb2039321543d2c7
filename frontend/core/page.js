/** @param {EventTarget | null} target */
function typing(target) {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

/** Single keys, read by place so that they work with the Arabic keyboard on, and only outside fields.
 *  An element names its key by `data-key="Slash"`: a field is focused, anything else is clicked.
 *  @param {Document} page */
export function keys(page) {
  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const element = page.querySelector(`[data-key="${event.code}"]`);
    if (!(element instanceof HTMLElement)) return;
    event.preventDefault();
    if (typing(element)) element.focus();
    else element.click();
  });
}

/** ↑ ↓ Home End PageUp PageDown move through the rows of a table whose names are links; Enter opens, Shift selects.
 *  The table is looked up at each key: a list that is searched as somebody types is another one each time.
 *  @param {Document} page */
export function rows(page) {
  const steps = new Map([["ArrowDown", 1], ["ArrowUp", -1], ["PageDown", 10], ["PageUp", -10], ["Home", -1e6], ["End", 1e6]]);
  page.addEventListener("keydown", (event) => {
    const table = page.querySelector("table[data-rows]");
    const step = steps.get(event.key);
    if (!table || step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const here = page.activeElement;
    const isFromSearch = event.key === "ArrowDown" && here?.matches('input[type="search"]');
    if (typing(event.target) && !isFromSearch && !here?.matches("tbody .box")) return;
    const links = /** @type {HTMLAnchorElement[]} */ ([...table.querySelectorAll("a.name")]);
    const at = links.findIndex((link) => link.closest("tr")?.contains(here));
    if (!links.length || (at < 0 && !isFromSearch && here !== page.body && !here?.contains(table))) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(links.length - 1, at + step));
    if (event.shiftKey) select(links.slice(Math.min(at < 0 ? next : at, next), Math.max(at, next) + 1));
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
  });
}

/** @param {Element[]} links in the rows that are to be selected */
function select(links) {
  for (const link of links) {
    const box = link.closest("tr")?.querySelector(".box");
    if (box instanceof HTMLInputElement && !box.checked) box.click();
  }
}

/** X or Space selects the guest that has the focus, a click with Shift all from the last one, the box in the head all
 *  of the page; the bar says how many are selected.
 *  @param {Document} page */
export function selection(page) {
  /** @type {HTMLInputElement | null} */
  let last = null;
  const boxes = () => /** @type {HTMLInputElement[]} */ ([...page.querySelectorAll("tbody .box")]);
  const count = () => {
    const counter = page.querySelector("[data-chosen]");
    if (!counter) return;
    const chosen = boxes().filter((box) => box.checked).length;
    counter.textContent = new Intl.NumberFormat(page.documentElement.lang, { numberingSystem: "latn" }).format(chosen);
    const every = page.querySelector("[data-every]");
    if (!(every instanceof HTMLInputElement)) return;
    every.hidden = false;
    every.checked = chosen > 0 && chosen === boxes().length;
    every.indeterminate = chosen > 0 && !every.checked;
  };
  page.addEventListener("click", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.matches("tbody .box")) return;
    const all = boxes();
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
      for (const between of all.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
    count();
  });
  page.addEventListener("change", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.matches("[data-every]")) for (const one of boxes()) one.checked = box.checked;
    count();
  });
  page.addEventListener("keydown", (event) => {
    if ((event.code !== "KeyX" && event.key !== " ") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (typing(event.target) || !page.activeElement?.matches("a.name")) return;
    const box = page.activeElement.closest("tr")?.querySelector(".box");
    if (box instanceof HTMLInputElement) {
      event.preventDefault();
      box.click();
    }
  });
  page.addEventListener("mudhif:list", count);
  count();
}

/** A toast goes after ten seconds without hover or focus.
 *  @param {Document} page */
export function toasts(page) {
  for (const toast of page.querySelectorAll("[data-toast]")) {
    let left = 10;
    const timer = setInterval(() => {
      if (toast.matches(":hover, :focus-within")) return;
      left -= 1;
      if (left <= 0) {
        clearInterval(timer);
        toast.remove();
      }
    }, 1000);
  }
}

/** Open menus of the header close on Escape and on a click elsewhere.
 *  @param {Document} page */
export function closeOnLeave(page) {
  const open = () => /** @type {NodeListOf<HTMLDetailsElement>} */ (page.querySelectorAll("header details[open]"));
  page.addEventListener("click", (event) => {
    for (const menu of open()) if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
    if (location.hash === "#menu") location.hash = "main";
  });
}
