// One press prints: the dialog opens when the badge is there, and the desk comes back when it closes.
const page = /** @type {HTMLElement} */ (document.getElementById("badge"));
const picture = /** @type {HTMLImageElement} */ (page.querySelector("img"));

async function print() {
  await picture.decode();
  window.addEventListener("afterprint", () => location.replace(page.dataset.back ?? "."), { once: true });
  window.print();
}

if ("print" in page.dataset) print().catch(() => undefined); // without the picture, the page's button stays
