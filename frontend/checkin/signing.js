// Signing on the scanner's own page: the phone is handed over, and nothing that is drawn is lost to a code that passes by.
import { openPaper } from "./pen.js";
import { namesInOrder, scriptOf } from "./words.js";

/** @param {HTMLFormElement} form @param {import("./card.js").Language} language
 *  @param {{ onSigned: (scan: string, strokes: string) => Promise<boolean>, onClosed: () => void }} then  onSigned: whether it is
 *    kept; until then the drawing stays */
export function signingOn(form, { write }, { onSigned, onClosed }) {
  const paper = openPaper(form);
  let scan = "";
  let isSaving = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (paper.drawing.isEmpty || isSaving) return;
    isSaving = true;
    const isKept = await onSigned(scan, paper.drawing.toText()).catch(() => false);
    isSaving = false;
    if (isKept) close();
  });
  form.querySelector("[data-part='without']")?.addEventListener("click", close);

  function close() {
    paper.clear();
    onClosed();
  }

  return {
    /** Whether a drawing has begun that is not saved yet. */
    get isDrawn() {
      return !paper.drawing.isEmpty;
    },
    /** @param {string} scanId  of the guest who is to sign @param {import("./door.js").Guest | null} guest */
    open(scanId, guest) {
      scan = scanId;
      paper.clear();
      const names = guest ? namesInOrder(guest, write.lang) : [null, null];
      for (const [n, part] of ["who", "alt"].entries()) {
        const place = /** @type {HTMLElement} */ (form.querySelector(`[data-part="${part}"]`));
        place.textContent = names[n];
        if (names[n]) place.lang = scriptOf(/** @type {string} */ (names[n]));
      }
    },
  };
}
