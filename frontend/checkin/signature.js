// A drawing of a pen: strokes in whole units of a box, kept small enough to be sent and shown as a vector.

export const WIDTH = 1000;
export const HEIGHT = 400;
const NEAREST = 5; // a point nearer to the last one says nothing new
const MOST_POINTS = 3600; // the laptop takes 4000
const MOST_STROKES = 80;

/** @typedef {[number, number]} Point */

export class Drawing {
  constructor() {
    /** @type {Point[][]} */
    this.strokes = [];
    this.points = 0;
  }

  get isEmpty() {
    return this.points === 0;
  }

  get isFull() {
    return this.points >= MOST_POINTS || this.strokes.length >= MOST_STROKES;
  }

  /** The pen comes down. @param {number} x @param {number} y @returns {Point | null} */
  begin(x, y) {
    if (this.isFull) return null;
    const point = inside(x, y);
    this.strokes.push([point]);
    this.points += 1;
    return point;
  }

  /** The pen moves; the point that was added, or null where it is as good as the last. @param {number} x @param {number} y */
  go(x, y) {
    const stroke = this.strokes.at(-1);
    const last = stroke?.at(-1);
    if (!stroke || !last || this.points >= MOST_POINTS) return null;
    const point = inside(x, y);
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) < NEAREST) return null;
    stroke.push(point);
    this.points += 1;
    return point;
  }

  clear() {
    this.strokes = [];
    this.points = 0;
  }

  /** As the laptop keeps it: the first point of each stroke, then the steps from point to point. */
  toText() {
    return JSON.stringify(this.strokes.map((stroke) =>
      stroke.flatMap(([x, y], at) => (at ? [x - stroke[at - 1][0], y - stroke[at - 1][1]] : [x, y]))));
  }
}

/** @param {number} x @param {number} y @returns {Point} */
function inside(x, y) {
  return [Math.round(Math.min(WIDTH, Math.max(0, x))), Math.round(Math.min(HEIGHT, Math.max(0, y)))];
}
