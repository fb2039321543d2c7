// The page on which a guest signs at the desk.
import { openPaper } from "./pen.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("sign"));
const { drawing } = openPaper(form);

form.addEventListener("submit", () => {
  /** @type {HTMLInputElement} */ (form.elements.namedItem("strokes")).value = drawing.toText();
});
