const PAUSE = 120; // milliseconds after a letter
const PATIENCE = 400; // after so long, the old list is shown to be old

/** The address at which a form's list stands; fields that say nothing are left out.
 *  @param {string} action @param {Iterable<[string, FormDataEntryValue]>} fields */
export function addressOf(action, fields) {
  const said = [...fields].filter(([, value]) => typeof value === "string" && value.trim() !== "");
  const query = new URLSearchParams(/** @type {[string, string][]} */ (said)).toString();
  return action.split("?")[0] + (query ? `?${query}` : "");
}

/** An address with another search: for the links around a list, which keep what was typed meanwhile.
 *  @param {string} address @param {string} search */
export function withSearch(address, search) {
  const url = new URL(address, "http://list.invalid");
  if (search.trim()) url.searchParams.set("search", search);
  else url.searchParams.delete("search");
  url.searchParams.delete("page");
  return url.pathname + url.search;
}

/** Asks for the list while somebody types, and puts the last answer in place of the old one; the address is kept.
 *  @param {HTMLFormElement} form @param {HTMLElement} list */
export function liveList(form, list) {
  const page = form.ownerDocument;
  /** @type {AbortController | null} */
  let asking = null;
  let timer = 0;

  const ask = async () => {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    const address = addressOf(form.action, new FormData(form));
    const waiting = setTimeout(() => list.setAttribute("aria-busy", "true"), PATIENCE);
    try {
      const answer = await fetch(address, { headers: { "X-Part": "list" }, signal: mine.signal });
      const type = answer.headers.get("Content-Type") ?? "";
      if (!answer.ok || answer.redirected || !type.startsWith("text/html")) throw new Error(String(answer.status));
      const text = await answer.text();
      if (asking !== mine) return;
      const made = new DOMParser().parseFromString(text, "text/html");
      list.replaceChildren(...made.body.childNodes);
      history.replaceState(null, "", address);
      const search = String(new FormData(form).get("search") ?? "");
      for (const link of page.querySelectorAll("nav.chips a")) {
        link.setAttribute("href", withSearch(link.getAttribute("href") ?? "", search));
      }
      page.dispatchEvent(new Event("mudhif:list"));
    } catch {
      // The laptop did not answer, or who was signed in is no longer: the form itself then says so.
      if (!mine.signal.aborted) form.submit();
    } finally {
      clearTimeout(waiting);
      if (asking === mine) list.removeAttribute("aria-busy");
    }
  };

  form.addEventListener("input", (event) => {
    if (!(event.target instanceof HTMLElement) || !event.target.matches('[type="search"]')) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    // Enter in the search asks for the list; a filter changes what stands around it, too.
    if (page.activeElement?.matches('[type="search"]')) void ask();
    else location.assign(addressOf(form.action, new FormData(form)));
  });
}
