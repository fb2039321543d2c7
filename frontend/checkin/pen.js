// The field to sign in: a finger, a pen or the mouse draws; the hand that rests beside it does not.
import { Drawing, HEIGHT, WIDTH } from "./signature.js";

const PEN = 7;
const INK = "#13211f";
const SHARP = 2; // canvas dots for a unit, so that a phone's fine screen shows no steps

/** Lets people draw in a form.
 *  @param {HTMLElement} form  with `.paper`, its canvas, and the parts `save`, `clear`, `full`
 *  @returns {{ drawing: Drawing, clear: () => void }} */
export function openPaper(form) {
  const paper = /** @type {HTMLElement} */ (form.querySelector(".paper"));
  const canvas = /** @type {HTMLCanvasElement} */ (form.querySelector("canvas"));
  const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const [save, wipe, full] = ["save", "clear", "full"].map((part) =>
    /** @type {HTMLButtonElement} */ (form.querySelector(`[data-part="${part}"]`)));
  const drawing = new Drawing();
  /** @type {number | null} the pointer that draws; a second finger or a palm is passed over */
  let pen = null;

  function show() {
    paper.dataset.state = drawing.isEmpty ? "" : "drawn";
    save.disabled = wipe.disabled = drawing.isEmpty;
    full.hidden = !drawing.isFull;
  }

  function clear() {
    drawing.clear();
    pen = null;
    canvas.width = WIDTH * SHARP;
    canvas.height = HEIGHT * SHARP;
    ink.scale(SHARP, SHARP);
    Object.assign(ink, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: INK });
    show();
  }

  /** Where a pointer is, in units of the box. @param {PointerEvent} event @returns {[number, number]} */
  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.x) / box.width) * WIDTH, ((event.clientY - box.y) / box.height) * HEIGHT];
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (pen !== null || event.button !== 0) return;
    const point = drawing.begin(...place(event));
    if (point) {
      event.preventDefault();
      pen = event.pointerId;
      canvas.setPointerCapture(pen);
      ink.beginPath();
      ink.moveTo(...point);
      ink.lineTo(point[0] + 0.5, point[1]);
      ink.stroke();
    }
    show();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pen) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length ? steps : [event]) {
      const point = drawing.go(...place(step));
      if (point) ink.lineTo(...point);
    }
    ink.stroke();
  });
  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
    canvas.addEventListener(name, (event) => {
      if (event.pointerId === pen) pen = null;
      show();
    });
  }
  wipe.addEventListener("click", clear);
  clear();
  return { drawing, clear };
}
