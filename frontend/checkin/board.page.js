// The live board: counts move by themselves; lists and the chart are drawn by the server and fetched anew.
import { followCounts } from "./counts.js";
import { redrawing } from "./parts.js";
import { writer } from "./words.js";

const board = /** @type {HTMLElement} */ (document.getElementById("board"));
const set = /** @type {Record<string, string>} */ (board.dataset);
const write = writer(set.lang, set.zone, set.digits);
const MINUTE_MS = 60_000;

board.dataset.state = "begun";
const drawSoon = redrawing(board, set.parts);

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
