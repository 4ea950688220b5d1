/* Grapevine's storefront snippet: docs/storefront.md */
(function (window, document) {
  "use strict";
  const script = document.currentScript, told = script?.dataset || {};
  const api = told.api || (script?.src || "").replace(/\/[^/]*$/, "");
  const store = "grapevine " + (told.key || ""), queue = window.grapevine?.q || [];
  const forms = [], inputs = [], names = ["gv_ref", "gv_code"];
  let state = null, member = null, session, isReady, begun, consented = told.consent !== "required";

  function safe(act, ...given) {
    try { return act(...given); } catch (error) { if ("debug" in told) console.warn("grapevine", error); }
  }
  function emit(name, detail) {
    safe(() => document.dispatchEvent(new CustomEvent("grapevine:" + name, { detail })));
  }
  function kept() {
    const copy = safe(() => JSON.parse(localStorage.getItem(store)));
    return copy && Date.parse(copy.expires_at) > Date.now() ? copy : null;
  }
  function ask(path, body, token) {
    return new Promise((answer) => {
      const cut = safe(() => new AbortController()) || {};
      const end = setTimeout(() => { answer(null); safe(() => cut.abort()); }, +told.timeout || 3000);
      const heard = (value) => { clearTimeout(end); answer(value && typeof value === "object" ? value : null); };
      safe(() => fetch(api + path, {
        method: body ? "POST" : "GET", body: body && JSON.stringify(body), signal: cut.signal, keepalive: true,
        headers: token ? { authorization: "Bearer " + token } : {},
      }).then((got) => got.ok ? got.json() : /^4(?!29)/.test(got.status) ? {} : null).then(heard, () => heard())) || heard();
    });
  }
  const ours = (answer) => answer?.ref_token ? answer : null;
  const click = (code) => ask("/v1/clicks", { code, landing: location.pathname.slice(0, 500) });
  const raw = (code) => ({ ref_token: null, code, expires_at: new Date(Date.now() + 2592e6).toISOString() });

  function set(next) {
    state = consented ? next : null;
    safe(() => state ? localStorage.setItem(store, JSON.stringify(state)) : localStorage.removeItem(store));
    fill();
    if (state) emit("attributed", state);
  }
  const code = () => state?.typed || state?.code || "";
  function fields() {
    const named = {};
    if (state?.ref_token) named.gv_ref = state.ref_token;
    if (state?.typed || !named.gv_ref && code()) named.gv_code = code();
    return named;
  }
  function fill() {
    if (document.readyState === "loading") return document.addEventListener("DOMContentLoaded", fill, { once: true });
    const found = (act) => (wanted) => safe(() => act(wanted.nodeType ? wanted : document.querySelector(wanted)));
    forms.forEach(found((form) => names.forEach((name) => put(form, name, fields()[name]))));
    inputs.forEach(found(offer));
  }
  function put(form, name, value) {
    const field = form.elements[name] || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
    if (field.type !== "hidden") return;
    value ? field.value = value : field.remove();
  }
  function offer(input) {
    if (input.value !== (input.offered || "") || input.value === code()) return;
    input.value = input.offered = code();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function begin() {
    if (begun || !consented) return ready();
    begun = true;
    const token = safe(() => document.cookie.match(/(?:^|; )gv_ref=([\w-]+)/))?.[1];
    const copy = kept(), own = !token || copy?.ref_token === token ? copy : null;
    const known = token ? own || { ref_token: token } : ours(own);
    const keeps = known && told.touch !== "last" && safe(() => new URL(api).origin !== location.origin);
    const named = !keeps && new URLSearchParams(location.search).get(told.param || "gv") || !known && own?.code;
    state = known || (named ? raw(named) : null);
    fill();
    if (!named && (own || !token)) return ready();
    (named ? click(named) : ask("/v1/clicks/" + token)).then((answer) => set(ours(answer) || known || (answer ? null : state))).then(ready);
  }
  function ready() {
    if (isReady) return;
    isReady = true;
    emit("ready", verbs);
  }

  const verbs = {
    on(name, listen) { document.addEventListener("grapevine:" + name, (event) => safe(listen, event.detail)); },
    ready(listen) { isReady ? safe(listen, verbs) : verbs.on("ready", listen); },
    ref: () => state,
    fields,
    attach(form) { forms.push(form); fill(); },
    prefill(input) { inputs.push(input); fill(); },
    code(text) {
      const typed = String(text || "").trim().toUpperCase();
      return click(typed).then((answer) => {
        if (answer && !ours(answer)) return emit("rejected", { code: typed }), null;
        set({ ...raw(typed), ...state, ...answer, typed });
        return state;
      });
    },
    identify(token) {
      const told = () => atob(token.slice(3).split(".")[0].replace(/-/g, "+").replace(/_/g, "/"));
      const id = safe(() => decodeURIComponent(escape(told())).replace(/^\d+\./, ""));
      return (id ? ask("/v1/members/" + encodeURIComponent(id), null, token) : Promise.resolve()).then((answer) => {
        member = answer?.id ? answer : null;
        session = member && token;
        emit("member", member);
        return member;
      });
    },
    quote({ currency, items_total }) {
      const { gv_ref, gv_code: code } = fields(), ref_token = code ? undefined : gv_ref, customer = member ? { id: member.id } : undefined;
      if (!state && !member) return Promise.resolve(null);
      return ask("/v1/quotes", { currency, items_total, code, ref_token, customer }, member && session).then((answer) => answer?.code ? answer : null);
    },
    consent(granted) {
      consented = granted !== false && granted !== "denied";
      consented ? begin() : verbs.forget();
    },
    forget() {
      safe(() => { document.cookie = "gv_ref=; Path=/; Max-Age=0"; });
      member = begun = null;
      set(null);
      emit("forgotten");
    },
  };
  window.grapevine = Object.assign((name, ...given) => verbs[name] && safe(verbs[name], ...given), verbs);
  queue.forEach((call) => window.grapevine(...call));
  document.prerendering ? document.addEventListener("prerenderingchange", begin, { once: true }) : safe(begin);
})(window, document);
