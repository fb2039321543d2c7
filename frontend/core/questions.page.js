// A form of the laptop with questions in it: those that wait for an answer are shown and hidden as it is given.
import { follow } from "./ask.js";

for (const container of document.querySelectorAll("[data-asks]")) {
  if (container instanceof HTMLElement) follow(container, JSON.parse(container.dataset.asks ?? "[]"));
}
