/* Comfort on the advocate's pages: copy, share, print. Without it everything is there to read, to mark and to follow. */
(() => {
  "use strict";
  const said = (text) => { const place = document.querySelector("[data-said]"); if (place) place.textContent = text; };

  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    if (!navigator.clipboard || !field) continue;
    button.hidden = false;
    button.classList.toggle("primary", !navigator.share);
    const copied = () => ("value" in field ? field.value : field.textContent.trim());
    button.addEventListener("click", () => navigator.clipboard.writeText(copied())
      .then(() => said(button.dataset.done), () => (field.select ? field.select() : getSelection().selectAllChildren(field))));
  }
  const message = document.getElementById("message");
  if (message) {
    const rewrite = () => {
      for (const link of document.querySelectorAll("[data-pattern]")) link.href = link.dataset.pattern.replace("{text}", () => encodeURIComponent(message.value.trim()));
    };
    message.closest("[hidden]").hidden = false;
    message.addEventListener("input", rewrite);
    rewrite();
  }
  for (const button of document.querySelectorAll("[data-share]")) {
    if (!navigator.share) continue;
    button.hidden = false;
    button.addEventListener("click", () => navigator.share({ text: message ? message.value.trim() : button.dataset.text, url: button.dataset.share }).catch(() => {}));
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
