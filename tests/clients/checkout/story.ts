/** `story.js BASE KEY STAFF MARK`: a checkout by openapi-fetch with our types; prints what it saw. */

import createClient from "openapi-fetch";
import type { components, paths } from "./grapevine";

const [base, key, staffKey, mark] = process.argv.slice(2) as [string, string, string, string];
const client = (token: string) =>
  createClient<paths>({ baseUrl: base, headers: { Authorization: `Bearer ${token}` } });
const [shop, staff] = [client(key), client(staffKey)];
const [anna, ben, first, second] = [`anna-${mark}`, `ben-${mark}`, `1-${mark}`, `2-${mark}`];
const seen: Record<string, unknown> = {};

/** What was answered; a refusal ends the story. */
function done<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

const register = (id: string, body: components["schemas"]["MemberForm"]) =>
  shop.PUT("/v1/members/{id}", { params: { path: { id } }, body });
const tell = (id: string, body: components["schemas"]["OrderFacts"], dry_run = false) =>
  shop.PUT("/v1/orders/{id}", { params: { path: { id }, query: { dry_run } }, body }).then(done);
const setAside = (amount: number, name?: string) =>
  shop.POST("/v1/members/{id}/holds", {
    params: { path: { id: anna }, header: { "Idempotency-Key": name } },
    body: { order_id: second, amount, items_total: 5_000 },
  });

done(await register(anna, { login: anna, name: "Anna Schmidt" }));
const refused = await register(ben, { login: ben, referrer_login: "nobody at all" });
if (refused.error && "code" in refused.error) {
  seen["refused"] = [refused.response.status, refused.error.code, refused.error.errors?.[0]?.field];
}
seen["advocate"] = done(await register(ben, { login: ben, referrer_login: anna })).referred_by;
const quote = done(
  await shop.POST("/v1/quotes", {
    body: { customer: { id: ben }, currency: "EUR", items_total: 10_000 },
  }),
);
seen["discount"] = quote.discount;
const order = {
  customer: { id: ben },
  status: "completed" as const,
  currency: "EUR",
  items_total: 10_000,
  discount_total: quote.discount,
};
seen["asked first"] = (await tell(first, order, true)).state;
seen["reward"] = (await tell(first, order)).rewards[0]?.amount;
done(
  await staff.POST("/v1/members/{id}/adjustments", {
    params: { path: { id: anna } },
    body: { amount: 2_000, reason: "Welcome" },
  }),
);

const hold = done(await setAside(1_500, `hold-${second}`));
seen["one hold"] = done(await setAside(1_500, `hold-${second}`)).id === hold.id;
const tooMuch = await setAside(501);
if (tooMuch.error && "code" in tooMuch.error) {
  const { status } = tooMuch.response;
  seen["too much"] = [status, tooMuch.error.code, (tooMuch.error as { available?: number }).available];
}
const capture = await shop.POST("/v1/holds/{id}/capture", { params: { path: { id: hold.id } }, body: {} });
seen["captured"] = done(capture).captured;
const small = done(await setAside(1));
const letGo = await shop.POST("/v1/holds/{id}/void", { params: { path: { id: small.id } }, body: {} });
seen["voided"] = done(letGo).state;

const own = {
  customer: { id: anna },
  status: "completed" as const,
  currency: "EUR",
  items_total: 5_000,
  credit_used: 1_500,
};
await tell(second, own);
const at = "2026-03-02T10:00:00Z";
seen["kept"] = (await tell(second, { ...own, refunds: [{ id: "re_1", amount: 3_500, at }] })).order.kept;
const halved = await tell(first, { ...order, refunds: [{ id: "re_2", amount: 4_500, at }] });
seen["left"] = halved.rewards[0]?.amount;

const session = done(await shop.POST("/v1/members/{id}/session", { params: { path: { id: anna } } }));
const path = { id: anna };
const balance = done(await client(session.token).GET("/v1/members/{id}/balance", { params: { path } }));
seen["balance"] = [balance.available, balance.pending];
const history: string[] = [];
let cursor: string | undefined;
do {
  const query = { limit: 3, cursor };
  const page = done(await shop.GET("/v1/members/{id}/entries", { params: { path, query } }));
  history.push(...page.items.map((entry) => entry.kind));
  cursor = page.next_cursor ?? undefined;
} while (cursor);
seen["history"] = history;
console.log(JSON.stringify(seen));
