// Invitations: that WhatsApp was opened for a guest is noted as the link is followed.
for (const list of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-token]"))) {
  list.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a[data-note]");
    if (!(link instanceof HTMLAnchorElement) || !link.dataset.note) return;
    const body = new URLSearchParams({ csrf_token: list.dataset.token ?? "" });
    // The page may be left at once: the request goes on.
    fetch(link.dataset.note, { method: "POST", body, keepalive: true }).then((answer) => {
      if (answer.ok) link.classList.remove("go");
    });
  });
}
