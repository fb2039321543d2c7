// What the service worker does with a request: the scanner's page and its files also without the laptop; nothing else.

/** @param {string} scope  the address of the scanner's page
 *  @returns {(url: URL, isPage: boolean) => "page" | "file" | "pass"} */
export function sorted(scope) {
  const home = new URL(scope);
  return (url, isPage) => {
    if (url.origin !== home.origin || url.pathname.startsWith("/api/")) return "pass";
    if (isPage) return url.pathname.replace(/\/$/, "") === home.pathname.replace(/\/$/, "") ? "page" : "pass";
    return /\/static\//.test(url.pathname) || url.pathname.endsWith(".webmanifest") ? "file" : "pass";
  };
}
