// What every page for the team does better with JavaScript; none of them needs it.
import { closeOnLeave, keys, rows, toasts } from "./page.js";

keys(document);
rows(document);
toasts(document);
closeOnLeave(document);
