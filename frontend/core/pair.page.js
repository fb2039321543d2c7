// A phone has opened the code of the laptop. The secret stands in the fragment, so no server and no log has seen it.
import { remember } from "./paired.js";
import { level, report } from "./trust.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("pair"));

/** @param {string} id */
function part(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} url @param {Record<string, string>} fields */
async function post(url, fields) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const answer = await fetch(url, { method: "POST", body });
  const told = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : {};
  return { ok: answer.ok, told };
}

/** @param {string | undefined} sentence */
function stop(sentence) {
  for (const id of ["pair", "yes", "none"]) part(id).hidden = true;
  part("gone").hidden = false;
  /** @type {HTMLElement} */ (part("gone").querySelector("p")).textContent = sentence ?? "";
}

/** @param {string} code */
async function begin(code) {
  const said = part("none").querySelector("p")?.dataset ?? {};
  const { ok, told } = await post(form.dataset.offer ?? "", { code }).catch(() => ({ ok: false, told: { message: said.lost } }));
  if (!ok) return stop(told.message ?? said.lost);
  part("none").hidden = true;
  part("what").textContent = told.what;
  part("event").textContent = told.event;
  /** @type {HTMLInputElement} */ (part("name")).value = told.name;
  form.hidden = false;
  part("yes").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    pair(code, said.lost);
  });
}

/** @param {string} code @param {string | undefined} lost */
async function pair(code, lost) {
  const button = /** @type {HTMLButtonElement} */ (part("yes").querySelector("button"));
  button.disabled = true;
  const { ok, told } = await post(form.action, { code }).catch(() => ({ ok: false, told: { message: lost } }));
  button.disabled = false;
  if (!ok) {
    if (told.code === "offer-gone") return stop(told.message);
    part("wrong").hidden = false;
    /** @type {HTMLElement} */ (part("wrong").querySelector("span")).textContent = told.message ?? lost ?? "";
    part("name").focus();
    return;
  }
  const { next, ...device } = told;
  remember(device);
  await report(device.token, { level: await level(), kept: 0 });
  location.replace(next);
}

const [code, fingerprint] = location.hash.slice(1).split(".");
const said = part("none").querySelector("p");
// Out of the address bar and the history: whoever takes the phone next finds nothing there.
history.replaceState(null, "", location.pathname);
if (!code) {
  if (said) said.textContent = said.dataset.noCode ?? "";
} else if (fingerprint && form.dataset.fingerprint && fingerprint !== form.dataset.fingerprint) {
  stop(said?.dataset.other);
} else {
  begin(code);
}
