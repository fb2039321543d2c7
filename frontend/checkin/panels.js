// The scanner's panels: the camera's card, finding by name, the number pad; one is shown at a time.

/** @param {HTMLElement} main  says in `data-panel` which one is shown
 *  @param {(panel: string) => void} onOpened */
export function panelsOf(main, onOpened) {
  /** @param {string} panel */
  function open(panel) {
    if (main.dataset.panel === panel) return;
    main.dataset.panel = panel;
    for (const tab of main.querySelectorAll(".tabs button")) {
      if (tab instanceof HTMLButtonElement) tab.toggleAttribute("aria-current", tab.value === panel);
    }
    onOpened(panel);
  }
  main.querySelector(".tabs")?.addEventListener("click", (event) => {
    const tab = event.target instanceof Element ? event.target.closest("button") : null;
    if (tab) open(tab.value);
  });
  return open;
}

/** Digits under a thumb, or a keyboard's. @param {HTMLFormElement} pad @param {(number: string) => void} onNumber */
export function numberPad(pad, onNumber) {
  const typed = /** @type {HTMLInputElement} */ (pad.querySelector("input"));
  pad.addEventListener("click", (event) => {
    const key = event.target instanceof Element ? event.target.closest("button[type='button']") : null;
    if (!(key instanceof HTMLButtonElement)) return;
    typed.value = key.value === "back" ? typed.value.slice(0, -1) : typed.value + key.value;
  });
  pad.addEventListener("submit", (event) => {
    event.preventDefault();
    if (typed.value.trim()) onNumber(typed.value.trim());
  });
  return {
    open() {
      typed.value = "";
      typed.focus();
    },
  };
}
