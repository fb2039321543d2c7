// What is typed at the desk is not lost to a page that is on its way: keys after Enter go into the next page's name, and
// a form that was begun is still there after a scan.

const KEYS = "desk-keys";
const FORM = "desk-form";

/** From now on keys are kept for the next page's first field. @param {Document} page */
export function keepKeys(page) {
  let isWord = true; // what follows Tab belongs to no name
  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key.length === 1) event.preventDefault(); // Enter pressed twice is once
    if (event.key === "Tab") isWord = false;
    const kept = sessionStorage.getItem(KEYS) ?? "";
    if (!isWord) return;
    if (event.key === "Backspace") sessionStorage.setItem(KEYS, kept.slice(0, -1));
    else if (event.key.length === 1) sessionStorage.setItem(KEYS, kept + event.key);
  }, { capture: true });
}

export function forgetKeys() {
  sessionStorage.removeItem(KEYS);
}

/** @returns {string} the keys that were pressed while the page was on its way */
export function takeKeys() {
  const keys = sessionStorage.getItem(KEYS) ?? "";
  forgetKeys();
  return keys;
}

/** @param {HTMLFormElement} form @param {string[]} names */
export function keepForm(form, names) {
  const data = new FormData(form);
  const kept = Object.fromEntries(names.map((name) => [name, String(data.get(name) ?? "")]));
  if (Object.values(kept).some(Boolean)) sessionStorage.setItem(FORM, JSON.stringify([form.action, kept]));
}

/** Writes back what was begun, where nothing else stands. @param {HTMLFormElement} form @returns {boolean} */
export function takeForm(form) {
  const [action, kept] = JSON.parse(sessionStorage.getItem(FORM) ?? "[]");
  sessionStorage.removeItem(FORM);
  const name = form.elements.namedItem("name");
  if (action !== form.action || !(name instanceof HTMLInputElement) || name.value) return false;
  for (const [field, value] of Object.entries(kept)) {
    const place = form.elements.namedItem(field);
    if (place instanceof HTMLInputElement || place instanceof RadioNodeList) place.value = value;
  }
  return true;
}
