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

/** ↑ ↓ Home End PageUp PageDown move through the rows of a table whose names are links; Enter opens.
 *  @param {Document} page */
export function rows(page) {
  for (const table of page.querySelectorAll("table[data-rows]")) {
    const links = /** @type {HTMLAnchorElement[]} */ ([...table.querySelectorAll("a.name")]);
    const steps = new Map([["ArrowDown", 1], ["ArrowUp", -1], ["PageDown", 10], ["PageUp", -10]]);
    page.addEventListener("keydown", (event) => {
      if (typing(event.target) || event.ctrlKey || event.altKey || event.metaKey || !links.length) return;
      const at = links.indexOf(/** @type {HTMLAnchorElement} */ (page.activeElement));
      if (at < 0 && page.activeElement !== page.body && !table.contains(page.activeElement)) return;
      const step = steps.get(event.key);
      let next = step === undefined ? -1 : Math.max(0, Math.min(links.length - 1, at + step));
      if (event.key === "Home") next = 0;
      if (event.key === "End") next = links.length - 1;
      if (next < 0) return;
      event.preventDefault();
      links[next].focus();
      links[next].scrollIntoView({ block: "nearest" });
    });
  }
}

/** X selects the guest that has the focus; the bar says how many are selected.
 *  @param {Document} page */
export function selection(page) {
  const counter = page.querySelector("[data-chosen]");
  if (!counter) return;
  const count = () => {
    counter.textContent = String(page.querySelectorAll("tbody .box:checked").length);
  };
  page.addEventListener("change", count);
  page.addEventListener("keydown", (event) => {
    if (event.code !== "KeyX" || typing(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
    const box = page.activeElement?.closest("tr")?.querySelector(".box");
    if (box instanceof HTMLInputElement) {
      event.preventDefault();
      box.click();
    }
  });
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
