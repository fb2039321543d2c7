// Checks whether this phone trusts the laptop: over http by asking the https port, over https by what the browser allows.
import { level } from "./trust.js";

const box = document.getElementById("verdict");
const again = document.getElementById("again");

/** @param {"checking" | "not-yet" | "full" | "open" | "none"} state */
function tell(state) {
  if (!box) return;
  const sentence = box.querySelector("span");
  if (sentence) sentence.textContent = box.dataset[state.replace("not-yet", "notYet")] ?? "";
  box.className = `verdict ${state === "full" ? "good" : state === "checking" ? "" : "warn"}`;
  box.dataset.state = state;
  box.hidden = false;
}

async function check() {
  tell("checking");
  if (location.protocol === "https:") return tell(await level());
  try {
    // Fails on a certificate that is not trusted. Passes, too, where its warning was clicked away: so look closer there.
    await fetch(`${box?.dataset.https}/trust/works`, { mode: "no-cors", cache: "no-store" });
  } catch {
    return tell("not-yet");
  }
  location.replace(`${box?.dataset.https}/trust${location.search}`);
}

again?.addEventListener("click", check);
if (location.protocol === "https:") check();
