/* <grapevine-rewards session="ms_…">: what a member owns and shares, drawn by our server. docs/storefront.md */
(() => {
  "use strict";
  if (!window.customElements || customElements.get("grapevine-rewards")) return;
  const source = document.currentScript?.src || "";

  class Rewards extends HTMLElement {
    static observedAttributes = ["session"];

    connectedCallback() { this.show(); }

    /* The attribute that is there from the start is told before the element is connected. */
    attributeChangedCallback(name, before, after) { if (this.asked && before !== after) this.show(); }

    /* What the shop has written inside the element stays in sight until there is something better, and whenever there is not. */
    async show() {
      const session = this.getAttribute("session"), asked = (this.asked = {});
      const base = this.getAttribute("api") || source.replace(/\/(assets\/)?[^/]*$/, "");
      if (!session) return this.fallBack("no_session");
      try {
        const answer = await fetch(`${base}/rewards/widget?language=${encodeURIComponent(this.language)}`, {
          headers: { authorization: `Bearer ${session}` }, credentials: "omit", signal: AbortSignal.timeout(8000),
        });
        const drawn = answer.ok && await answer.text();
        if (asked !== this.asked) return;
        drawn ? this.draw(drawn, base, session) : this.fallBack(answer.status === 401 ? "session_ended" : "unavailable");
      } catch (error) {
        if (asked === this.asked) this.fallBack("unavailable");
      }
    }

    get language() { return this.closest("[lang]")?.lang || navigator.language || "en"; }

    draw(drawn, base, session) {
      const root = this.shadowRoot || this.attachShadow({ mode: "open" });
      root.innerHTML = drawn;
      const field = root.querySelector("input"), status = root.querySelector("[role=status]");
      const copy = root.querySelector("[data-copy]"), open = root.querySelector("[data-open]");
      copy?.addEventListener("click", () => {
        const copied = navigator.clipboard ? navigator.clipboard.writeText(field.value) : Promise.reject();
        copied.then(() => { status.textContent = copy.dataset.done; this.tell("copied", { link: field.value }); }, () => field.select());
      });
      for (const field of root.querySelectorAll("[data-session]")) field.value = session;
      if (open) open.href = `${base}/rewards?token=${encodeURIComponent(session)}`;
      this.tell("shown", {});
    }

    fallBack(reason) {
      if (this.shadowRoot) this.shadowRoot.innerHTML = "<slot></slot>";
      this.tell("fallback", { reason });
    }

    tell(name, detail) { this.dispatchEvent(new CustomEvent(`grapevine:${name}`, { bubbles: true, composed: true, detail })); }
  }
  customElements.define("grapevine-rewards", Rewards);
})();
