// The field to sign in: a finger, a pen or the mouse draws; the hand that rests beside it does not.
import { Drawing, HEIGHT, WIDTH } from "./signature.js";

const PEN = 7;
const INK = "#13211f";
const SHARP = 2; // canvas dots for a unit, so that a phone's fine screen shows no steps

const form = /** @type {HTMLFormElement} */ (document.getElementById("sign"));
const paper = /** @type {HTMLElement} */ (form.querySelector(".paper"));
const canvas = /** @type {HTMLCanvasElement} */ (form.querySelector("canvas"));
const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
const [save, clear, full] = ["save", "clear", "full"].map((part) =>
  /** @type {HTMLButtonElement} */ (form.querySelector(`[data-part="${part}"]`)));
const drawing = new Drawing();
/** @type {number | null} the pointer that draws; a second finger or a palm is passed over */
let pen = null;

function blank() {
  canvas.width = WIDTH * SHARP;
  canvas.height = HEIGHT * SHARP;
  ink.scale(SHARP, SHARP);
  Object.assign(ink, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: INK });
}

function show() {
  paper.dataset.state = drawing.isEmpty ? "" : "drawn";
  save.disabled = clear.disabled = drawing.isEmpty;
  full.hidden = !drawing.isFull;
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

for (const name of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(name, (event) => {
    if (/** @type {PointerEvent} */ (event).pointerId === pen) pen = null;
    show();
  });
}

clear.addEventListener("click", () => {
  drawing.clear();
  blank();
  show();
});

form.addEventListener("submit", () => {
  /** @type {HTMLInputElement} */ (form.elements.namedItem("strokes")).value = drawing.toText();
});

blank();
show();
