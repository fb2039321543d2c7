// The live board: counts move by themselves; lists and the chart are drawn by the server and fetched anew.
import { followCounts } from "./counts.js";
import { writer } from "./words.js";

const board = /** @type {HTMLElement} */ (document.getElementById("board"));
const set = /** @type {Record<string, string>} */ (board.dataset);
const write = writer(set.lang, set.zone, set.digits);
const AT_MOST_EVERY_MS = 1000;
const MINUTE_MS = 60_000;

board.dataset.state = "begun";
let drawn = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/** The parts that need names or drawings; at most once a second, whatever a crowd at the door does. */
async function draw() {
  waiting = undefined;
  drawn = Date.now();
  const response = await fetch(set.parts, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of page.querySelectorAll("[data-live]")) {
    const old = board.querySelector(`[data-live="${/** @type {HTMLElement} */ (part).dataset.live}"]`);
    if (old) old.replaceWith(document.importNode(part, true));
  }
}

function drawSoon() {
  waiting ??= setTimeout(draw, Math.max(0, drawn + AT_MOST_EVERY_MS - Date.now()));
}

followCounts(
  set.stream,
  ({ arrived }) => {
    const figure = board.querySelector("[data-part='arrived']");
    if (figure) figure.textContent = write.number(arrived);
    drawSoon();
  },
  (isLive) => {
    board.dataset.state = isLive ? "live" : "lost";
    if (isLive) drawSoon(); // what happened while the stream was away
  },
);
setInterval(drawSoon, MINUTE_MS); // "now" in the chart moves without a guest

// On the board and not on the button, which is drawn anew with the names.
board.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("#full")) document.documentElement.requestFullscreen?.();
});
