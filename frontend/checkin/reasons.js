// Why somebody is let in against the rules, or a check-in taken back: one of four, or a word.

/** Asks in the place of the card. A new scan simply takes its place.
 *  @param {HTMLElement} place @param {HTMLTemplateElement} template
 *  @param {(reason: string) => void} onReason */
export function askReason(place, template, onReason) {
  place.replaceChildren(template.content.cloneNode(true));
  const form = /** @type {HTMLFormElement} */ (place.querySelector("form"));
  const word = /** @type {HTMLInputElement} */ (form.querySelector("input"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // Enter in the field presses the first button of the form: what was written goes before what that one says.
    const reason = word.value.trim() || (event.submitter instanceof HTMLButtonElement && event.submitter.value) || "";
    if (reason) onReason(reason);
    else word.focus();
  });
}
