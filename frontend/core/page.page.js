// What every page for the team does better with JavaScript; none of them needs it.
import { closeOnLeave, keys, rows, selection, toasts } from "./page.js";
import { forgetScanners } from "./scanners.js";

keys(document);
rows(document);
selection(document);
toasts(document);
closeOnLeave(document);
// Nobody is signed in here: what the scanner kept of an event's guests goes. Where it is a paired phone's, it stays.
if (document.querySelector("main.doorway input[type='password']")) void forgetScanners();
