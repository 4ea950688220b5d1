/* Files of any size: fetches the parts of a file one after the other and hands out the whole. Without it the first part is
   downloaded, and says by its name that it is not all. */
(() => {
  "use strict";
  const TRIES = 40, PAUSE = 2000;
  const wait = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

  const load = async (address) => {
    for (let tried = 1; ; tried += 1) {
      const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
      if (answer && answer.ok) return answer;
      if (tried === TRIES || (answer && answer.status < 500 && answer.status !== 429)) throw new Error(address);
      await wait(PAUSE);
    }
  };

  const nextOf = (answer) => (/<([^>]+)>;\s*rel="next"/.exec(answer.headers.get("link") || "") || [])[1];
  const nameOf = (answer) => (/filename="([^"]+)"/.exec(answer.headers.get("content-disposition") || "") || [])[1] || "file";

  const join = async (address, seen) => {
    const parts = [], items = [];
    let type = "", name = "", next = address;
    while (next) {
      const answer = await load(next);
      type = answer.headers.get("content-type") || "";
      name = name || nameOf(answer).replace("-incomplete", "");
      if (type.startsWith("application/json")) for (const item of (await answer.json()).items) items.push(item);
      else parts.push(await answer.blob());
      next = nextOf(answer);
      seen(parts.length || items.length);
    }
    if (!parts.length) parts.push(JSON.stringify({ items, next_cursor: null }, null, 1));
    return { name, file: new Blob(parts, { type }) };
  };

  const save = ({ name, file }) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  document.addEventListener("click", async (event) => {
    const link = event.target.closest('a[data-parts], a[href*="format=csv"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (link.getAttribute("aria-busy")) return;
    const said = link.textContent, address = new URL(link.href);
    address.searchParams.set("parts", "true");
    link.setAttribute("aria-busy", "true");
    try {
      save(await join(address, (count) => { link.textContent = `${said} … ${count}`; }));
    } catch {
      window.location.assign(link.href);
    } finally {
      link.textContent = said;
      link.removeAttribute("aria-busy");
    }
  });
})();
