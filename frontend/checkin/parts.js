// Parts of a page that the server draws, fetched anew when something happens.
const AT_MOST_EVERY_MS = 1000;

/** Draws the parts marked `data-live` inside `root` anew, at most once a second, whatever a crowd at the door does.
 *  @param {HTMLElement} root @param {string} url  where the parts are */
export function redrawing(root, url) {
  let drawn = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;

  async function draw() {
    waiting = undefined;
    drawn = Date.now();
    const response = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!response?.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of page.querySelectorAll("[data-live]")) {
      const old = root.querySelector(`[data-live="${/** @type {HTMLElement} */ (part).dataset.live}"]`);
      if (old) old.replaceWith(document.importNode(part, true));
    }
  }

  return () => {
    waiting ??= setTimeout(draw, Math.max(0, drawn + AT_MOST_EVERY_MS - Date.now()));
  };
}
