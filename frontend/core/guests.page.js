// The guest list finds while somebody types; without this script, its form does the same at Enter.
import { liveList } from "./live-list.js";

const form = document.querySelector("#finding");
const list = document.querySelector("[data-list]");
if (form instanceof HTMLFormElement && list instanceof HTMLElement) liveList(form, list);

document.addEventListener("keydown", (event) => {
  const undo = document.querySelector("[data-undo]");
  const isTyping = event.target instanceof Element && event.target.matches("input, textarea, select");
  if (event.code !== "KeyZ" || !(event.ctrlKey || event.metaKey) || isTyping || !(undo instanceof HTMLElement)) return;
  event.preventDefault();
  undo.click();
});

/** @param {Event} event */
function closeMenus(event) {
  for (const menu of document.querySelectorAll("main details.drop[open]")) {
    if (menu instanceof HTMLDetailsElement && !(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  }
}
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("main details.drop[open]");
  if (!(menu instanceof HTMLDetailsElement)) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
});
