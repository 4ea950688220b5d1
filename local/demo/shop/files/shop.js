/* All that this shop does with Grapevine's snippet. Without it the shop works the same from the cookie that a link leaves. */
window.grapevine = window.grapevine || function () { (grapevine.q = grapevine.q || []).push(arguments); };
grapevine("attach", "#join");
grapevine("attach", "#checkout");
grapevine("prefill", "#referrer");
grapevine("on", "attributed", function (ref) {
  const place = document.querySelector("#welcome");
  if (!place || !place.hidden || !ref.advocate) return;
  place.querySelector("strong").textContent = (ref.advocate.first_name || "A friend") + " sent you.";
  place.querySelector("span").textContent = ref.offer ? ref.offer.text : "";
  place.hidden = false;
});
