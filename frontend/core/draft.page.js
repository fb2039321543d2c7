// A guest's form keeps what was typed: a phone that loses the Wi-Fi, or a reload, loses nothing.
const form = document.querySelector("form[data-draft]");

if (form instanceof HTMLFormElement) {
  const place = `draft:${form.dataset.draft}`;
  const fields = () => /** @type {(HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[]} */ (
    [...form.elements].filter((element) => element instanceof HTMLElement && element.matches("[name]:not([type=hidden])")));

  /** Storage can be refused (private window): then there is no draft, and the form works all the same. */
  const kept = () => {
    try {
      return JSON.parse(sessionStorage.getItem(place) ?? "{}");
    } catch {
      return {};
    }
  };
  const ticked = (/** @type {Element} */ field) => field instanceof HTMLInputElement && /^(radio|checkbox)$/.test(field.type);

  const draft = kept();
  for (const field of fields()) {
    const name = ticked(field) ? `${field.name}=${field.value}` : field.name;
    if (!(name in draft)) continue;
    if (ticked(field)) /** @type {HTMLInputElement} */ (field).checked = draft[name];
    else if (!field.value) field.value = draft[name];
    field.dispatchEvent(new Event("change", { bubbles: true })); // what waits for this answer is shown
  }
  form.addEventListener("input", () => {
    const now = Object.fromEntries(fields().map((field) =>
      ticked(field)
        ? [`${field.name}=${field.value}`, /** @type {HTMLInputElement} */ (field).checked]
        : [field.name, field.value]));
    try {
      sessionStorage.setItem(place, JSON.stringify(now));
    } catch {
      // no room or not allowed: the form works without a draft
    }
  });

  // A form that is sent while the Wi-Fi is gone would be lost behind the browser's own page: first ask, then send.
  const warning = document.querySelector("[data-no-wifi]");
  let asking = false;
  const reached = async () => {
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(), 6000);
    try {
      await fetch(location.href, { method: "HEAD", cache: "no-store", signal: waiting.signal });
      return true;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (asking) return;
    asking = true;
    if (await reached()) {
      form.submit();
      return;
    }
    asking = false;
    if (warning instanceof HTMLElement) warning.hidden = false;
  });
  addEventListener("pageshow", () => { // back from the next page: it can be sent once more
    asking = false;
    if (warning instanceof HTMLElement) warning.hidden = true;
  });
}
for (const done of document.querySelectorAll("[data-draft-done]")) {
  try {
    sessionStorage.removeItem(`draft:${/** @type {HTMLElement} */ (done).dataset.draftDone}`);
  } catch {
    // nothing was kept
  }
}
