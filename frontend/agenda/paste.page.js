// The pasted text and its items: the line under the pointer is lit on both sides, with the findings that name it.

/** @param {string | undefined} line */
function light(line) {
  for (const element of document.querySelectorAll("[data-line], [data-at]")) {
    const { line: own, at = "" } = /** @type {HTMLElement} */ (element).dataset;
    element.classList.toggle("lit", line !== undefined && (own === line || at.split(" ").includes(line)));
  }
}

document.querySelector("[data-paste]")?.addEventListener("pointerover", (event) => {
  const place = event.target instanceof Element ? event.target.closest("[data-line], [data-at]") : null;
  if (!(place instanceof HTMLElement)) light(undefined);
  else light(place.dataset.line ?? place.dataset.at?.split(" ")[0]);
});
