// The list of devices keeps itself up to date; the code goes away once a phone has taken it.
const SECONDS = 3;
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

setInterval(refresh, SECONDS * 1000);
