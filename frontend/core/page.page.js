// What every page for the team does better with JavaScript; none of them needs it.
import { closeOnLeave, keys, rows, selection, toasts } from "./page.js";

keys(document);
rows(document);
selection(document);
toasts(document);
closeOnLeave(document);
