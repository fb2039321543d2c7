// The list of devices keeps itself up to date; the code goes away once a phone has taken it.
const SECONDS = 3;
const OFFER_MINUTES = 10;
const list = document.getElementById("devices");

async function refresh() {
  if (!list?.dataset.url || document.hidden || list.contains(document.activeElement)) return;
  let answer;
  try {
    answer = await fetch(list.dataset.url);
  } catch {
    return; // the laptop sleeps or the server starts again: the next round will tell
  }
  if (!answer.ok || answer.redirected) return;
  list.innerHTML = await answer.text();
  if (list.querySelector("[data-taken]")) document.getElementById("offer")?.remove();
}

// A code that is over is not left on the screen for somebody to try.
setTimeout(() => document.getElementById("offer")?.remove(), OFFER_MINUTES * 60 * 1000);
setInterval(refresh, SECONDS * 1000);
