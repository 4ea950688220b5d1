/**
 * Types of Grapevine's API, for openapi-fetch:
 *
 *     import createClient from "openapi-fetch";
 *     import type { paths } from "./grapevine";
 *     const grapevine = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });
 *     const { data, error } = await grapevine.PUT("/v1/members/{id}", { params: { path: { id: "anna" } }, body: { login: "anna" } });
 *
 * Amounts are integers in minor units, instants RFC 3339 text. Written by `make clients`; do not edit it.
 */

export interface paths {
  "/r/{code}": {
    get: operations["links.follow"];
  };
  "/v1/clicks": {
    post: operations["clicks.create"];
  };
  "/v1/clicks/{ref_token}": {
    get: operations["clicks.get"];
  };
  "/v1/quotes": {
    post: operations["quotes.create"];
  };
  "/assets/{name}": {
    get: operations["files.asset"];
  };
  "/grapevine.js": {
    get: operations["files.snippet"];
  };
  "/webhooks/{provider}": {
    post: operations["deliveries.receive"];
  };
  "/v1/orders/{id}": {
    put: operations["orders.put"];
    get: operations["orders.get"];
  };
  "/v1/parked": {
    get: operations["parked.list"];
  };
  "/v1/parked/{id}/retry": {
    post: operations["parked.retry"];
  };
  "/v1/members": {
    get: operations["members.list"];
  };
  "/v1/members/{id}": {
    put: operations["members.put"];
    get: operations["members.get"];
    delete: operations["members.delete"];
  };
  "/v1/members/{id}/entries": {
    get: operations["members.entries"];
  };
  "/v1/members/{id}/balance": {
    get: operations["members.balance"];
  };
  "/v1/members/{id}/session": {
    post: operations["members.session"];
  };
  "/v1/members/{id}/mail-balance": {
    post: operations["members.mail_balance"];
  };
  "/v1/members/{id}/friends": {
    get: operations["members.friends"];
  };
  "/v1/members/{id}/export": {
    get: operations["members.export"];
  };
  "/v1/members/{id}/holds": {
    post: operations["holds.create"];
  };
  "/v1/holds/{id}/capture": {
    post: operations["holds.capture"];
  };
  "/v1/holds/{id}/void": {
    post: operations["holds.void"];
  };
  "/v1/members/{id}/credit-codes": {
    post: operations["codes.create"];
  };
  "/v1/credit-codes/{id}": {
    get: operations["codes.get"];
  };
  "/v1/credit-codes/{id}/void": {
    post: operations["codes.void"];
  };
  "/v1/members/{id}/adjustments": {
    post: operations["members.adjust"];
  };
  "/v1/members/{id}/group": {
    put: operations["members.set_group"];
  };
  "/v1/members/{id}/block": {
    post: operations["members.block"];
  };
  "/v1/members/{id}/unblock": {
    post: operations["members.unblock"];
  };
  "/v1/members/{id}/merge": {
    post: operations["members.merge"];
  };
  "/v1/referrals": {
    post: operations["referrals.create"];
  };
  "/v1/referrals/{id}": {
    delete: operations["referrals.end"];
  };
  "/v1/orders/{id}/advocate": {
    put: operations["orders.name_advocate"];
  };
  "/v1/reviews": {
    get: operations["reviews.list"];
  };
  "/v1/reviews/{id}/approve": {
    post: operations["reviews.approve"];
  };
  "/v1/reviews/{id}/refuse": {
    post: operations["reviews.refuse"];
  };
  "/v1/audit": {
    get: operations["audit.list"];
  };
  "/v1/verify": {
    post: operations["journal.verify"];
  };
  "/v1/verify/{id}": {
    get: operations["journal.get_verification"];
  };
  "/v1/programs": {
    get: operations["programs.list"];
    post: operations["programs.create"];
  };
  "/v1/programs/schema": {
    get: operations["programs.schema"];
  };
  "/v1/programs/lint": {
    post: operations["programs.lint"];
  };
  "/v1/programs/{id}": {
    get: operations["programs.get"];
  };
  "/v1/programs/{id}/versions": {
    post: operations["programs.publish"];
  };
  "/v1/backtests": {
    post: operations["backtests.create"];
  };
  "/v1/members/{id}/statements": {
    get: operations["members.statements"];
  };
  "/v1/members/{id}/statements/{month}": {
    get: operations["members.statement"];
  };
  "/v1/settlements": {
    get: operations["settlements.list"];
    post: operations["settlements.create"];
  };
  "/v1/settlements/{month}": {
    get: operations["settlements.get"];
  };
  "/v1/journal": {
    get: operations["journal.get"];
  };
  "/v1/imports": {
    post: operations["imports.create"];
  };
  "/v1/imports/{id}": {
    get: operations["imports.get"];
  };
  "/v1/exchange-rates": {
    put: operations["rates.load"];
    get: operations["rates.get"];
  };
  "/v1/keys": {
    get: operations["keys.list"];
    post: operations["keys.create"];
  };
  "/v1/keys/{prefix}": {
    delete: operations["keys.delete"];
  };
  "/v1/webhooks": {
    get: operations["webhooks.list"];
    post: operations["webhooks.create"];
  };
  "/v1/webhooks/{id}": {
    put: operations["webhooks.put"];
    delete: operations["webhooks.delete"];
  };
  "/v1/webhooks/{id}/secret": {
    post: operations["webhooks.replace_secret"];
  };
  "/v1/webhooks/{id}/deliveries": {
    get: operations["webhooks.deliveries"];
  };
  "/v1/webhooks/{id}/deliveries/{delivery}/replay": {
    post: operations["webhooks.replay"];
  };
  "/v1/connections": {
    get: operations["connections.list"];
    post: operations["connections.create"];
  };
  "/v1/connections/{id}": {
    get: operations["connections.get"];
    delete: operations["connections.delete"];
  };
  "/openapi.json": {
    get: operations["document.get"];
  };
  "/c/{code}": {
    get: operations["links.claim_page"];
    post: operations["links.claim"];
  };
  "/rewards": {
    get: operations["members.page"];
  };
}

export interface operations {
  /** Follow a link: redirects to the shop, with the cookie `gv_ref` if the code is known. Open to: everybody. */
  "links.follow": {
    parameters: {
      query?: { "to"?: string; };
      header?: never;
      path: { "code": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      302: { headers: { [name: string]: unknown }; content?: never };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      default: { headers: { [name: string]: unknown }; content?: never };
    };
  };
  /** Report a click that landed on the shop; `text/plain` is read as JSON too. Open to: everybody. */
  "clicks.create": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["Click"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ClickAnswer"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get the advocate whose link this browser followed. Open to: everybody. */
  "clicks.get": {
    parameters: {
      query?: never;
      header?: never;
      path: { "ref_token": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ClickAnswer"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get the discount for a friend's cart; nothing is saved. Open to: everybody. */
  "quotes.create": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["Cart"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Quote"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get a stylesheet or script of the hosted pages. Open to: everybody. */
  "files.asset": {
    parameters: {
      query?: never;
      header?: never;
      path: { "name": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "text/css": string; "text/javascript": string; "image/png": string; "image/svg+xml": string; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get the storefront snippet. Open to: everybody. */
  "files.snippet": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "text/javascript": string; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Receive a processor's webhook, signed over its raw body. Open to: everybody. */
  "deliveries.receive": {
    parameters: {
      query?: never;
      header?: never;
      path: { "provider": "stripe" | "shopify" | "woocommerce" | "square" | "adyen" | "paypal" | "paddle" | "paddle_classic" | "lemonsqueezy" | "bigcommerce" | "standard"; };
      cookie?: never;
    };
    requestBody: { content: { "application/json": Record<string, unknown>; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": Record<string, unknown>; } };
      202: { headers: { [name: string]: unknown }; content: { "application/json": Record<string, unknown>; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Send an order as it is now; the answer shows the rewards. Open to: shop. */
  "orders.put": {
    parameters: {
      query?: { "dry_run"?: boolean; };
      header?: { "Idempotency-Key"?: string; };
      path: { "id": string; };
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["OrderFacts"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["OrderAnswer"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get an order, its rewards and its evidence. Open to: read, shop, staff. */
  "orders.get": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["OrderAnswer"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Deliveries and orders that could not be used, and why. Open to: read, staff. */
  "parked.list": {
    parameters: {
      query?: { "limit"?: number; "cursor"?: string; };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["Parked"][];
          "next_cursor": string | null;
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Retry a parked delivery. Open to: staff. */
  "parked.retry": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Parked"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** List members: sorted, filtered or searched. Open to: read, shop, staff. */
  "members.list": {
    parameters: {
      query?: { "query"?: string; "group"?: string; "status"?: "active" | "blocked" | "guest" | "merged" | "erased"; "sort"?: "joined" | "login" | "balance" | "volume"; "limit"?: number; "cursor"?: string; };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["WholeMember"][];
          "next_cursor": string | null;
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Create or update a member. Open to: shop. */
  "members.put": {
    parameters: {
      query?: never;
      header?: { "Idempotency-Key"?: string; };
      path: { "id": string; };
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["MemberForm"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Member"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get a member. Open to: member, read, shop, staff. */
  "members.get": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WholeMember"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Erase a person; ids and sums stay. Open to: shop, staff. */
  "members.delete": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: { content: { "application/json": components["schemas"]["ReasonIfAny"]; } };
    responses: {
      204: { headers: { [name: string]: unknown }; content?: never };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** List a member's entries, with the reason of each. Open to: member, read, shop, staff. */
  "members.entries": {
    parameters: {
      query?: { "limit"?: number; "cursor"?: string; };
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["Entry"][];
          "next_cursor": string | null;
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get a member's balance. Open to: member, read, shop, staff. */
  "members.balance": {
    parameters: {
      query?: { "as_of"?: string; };
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Balance"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Create a 15-minute token that can read the member's own data. Open to: shop. */
  "members.session": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Session"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Email a member their current balance. Open to: staff. */
  "members.mail_balance": {
    parameters: {
      query?: never;
      header?: { "Idempotency-Key"?: string; };
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      202: { headers: { [name: string]: unknown }; content: { "application/json": {
          "state": "asked";
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** List an advocate's friends. Open to: member, read, shop, staff. */
  "members.friends": {
    parameters: {
      query?: { "limit"?: number; "cursor"?: string; };
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["Friend"][];
          "next_cursor": string | null;
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Export everything that is stored about a person, page by page. Open to: shop, staff. */
  "members.export": {
    parameters: {
      query?: { "cursor"?: string; };
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["Kept"][];
          "next_cursor": string | null;
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Authorise credit for an order. Open to: shop. */
  "holds.create": {
    parameters: {
      query?: never;
      header?: { "Idempotency-Key"?: string; };
      path: { "id": string; };
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["Checkout"]; } };
    responses: {
      201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Authorised"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Capture a hold, fully or in part; the rest becomes available again. Open to: shop. */
  "holds.capture": {
    parameters: {
      query?: never;
      header?: { "Idempotency-Key"?: string; };
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: { content: { "application/json": components["schemas"]["Capture"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Hold"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Void a hold. Open to: shop. */
  "holds.void": {
    parameters: {
      query?: never;
      header?: { "Idempotency-Key"?: string; };
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: { content: { "application/json": components["schemas"]["Nothing"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Hold"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Create a one-time code at a connected store that pays with a member's credit. Open to: shop. */
  "codes.create": {
    parameters: {
      query?: never;
      header?: { "Idempotency-Key"?: string; };
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: { content: { "application/json": components["schemas"]["CreditCodeWish"]; } };
    responses: {
      201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["CreditCode"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get a credit code and its state. Open to: read, shop. */
  "codes.get": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["CreditCode"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Void an unused credit code. Open to: shop. */
  "codes.void": {
    parameters: {
      query?: never;
      header?: { "Idempotency-Key"?: string; };
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: { content: { "application/json": components["schemas"]["Nothing"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["CreditCode"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Adjust a member's credit by hand; available at once. Open to: staff. */
  "members.adjust": {
    parameters: {
      query?: never;
      header?: { "Idempotency-Key"?: string; };
      path: { "id": string; };
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["Adjustment"]; } };
    responses: {
      201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Entry"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Assign an advocate to a group, or remove them from it. Open to: staff. */
  "members.set_group": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["GroupForm"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WholeMember"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Block a member: no new rewards, no spending, and pending credit is forfeited. Open to: staff. */
  "members.block": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["ReasonGiven"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WholeMember"]; } };
      202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WholeMember"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Unblock a member; forfeited credit does not come back. Open to: staff. */
  "members.unblock": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: { content: { "application/json": components["schemas"]["ReasonIfAny"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WholeMember"]; } };
      202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WholeMember"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Merge another member into this one, who goes on; it cannot be undone. Open to: staff. */
  "members.merge": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["Merge"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WholeMember"]; } };
      202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WholeMember"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Create a referral by hand. Open to: staff. */
  "referrals.create": {
    parameters: {
      query?: never;
      header?: { "Idempotency-Key"?: string; };
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["ReferralForm"]; } };
    responses: {
      201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Referral"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** End a referral; it stays on record. Open to: staff. */
  "referrals.end": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["ReferralEnd"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Referral"]; } };
      202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Referral"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Name the advocate of an order that has none; it then earns what it would have earned. Open to: staff. */
  "orders.name_advocate": {
    parameters: {
      query?: { "dry_run"?: boolean; };
      header?: { "Idempotency-Key"?: string; };
      path: { "id": string; };
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["AdvocateForm"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["NamedAdvocate"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** List orders under review, the next deadline first. Open to: read, staff. */
  "reviews.list": {
    parameters: {
      query?: { "limit"?: number; "cursor"?: string; };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["Review"][];
          "next_cursor": string | null;
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Approve the held rewards of an order. Open to: staff. */
  "reviews.approve": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: { content: { "application/json": components["schemas"]["ReasonIfAny"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Review"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Refuse the held rewards of an order; they are taken back permanently. Open to: staff. */
  "reviews.refuse": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["ReasonGiven"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Review"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** List changes by staff, newest first. Open to: read, staff. */
  "audit.list": {
    parameters: {
      query?: { "limit"?: number; "cursor"?: string; };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["Change"][];
          "next_cursor": string | null;
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Recompute the ledger from facts and entries, and compare. Open to: staff. */
  "journal.verify": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Verified"]; } };
      202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Verified"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get the progress and the findings of a verification. Open to: read, staff. */
  "journal.get_verification": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Verification"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** List programs, with the latest version of each. Open to: read, staff. */
  "programs.list": {
    parameters: {
      query?: { "limit"?: number; "cursor"?: string; };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["PublishedProgram"][];
          "next_cursor": string | null;
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Create a program with a new id. Open to: staff. */
  "programs.create": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["Program"]; } };
    responses: {
      201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["PublishedProgram"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get the JSON Schema of program documents. Open to: read, staff. */
  "programs.schema": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/schema+json": Record<string, unknown>; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Check a program: contradictions, loopholes and the worst case. Open to: staff. */
  "programs.lint": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["Program"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "findings": components["schemas"]["Finding"][];
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get a program, in its latest or another version. Open to: read, staff. */
  "programs.get": {
    parameters: {
      query?: { "version"?: number; };
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["PublishedProgram"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Publish the next version after the one in `If-Match`. Open to: staff. */
  "programs.publish": {
    parameters: {
      query?: never;
      header?: { "If-Match"?: string; };
      path: { "id": string; };
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["Program"]; } };
    responses: {
      201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["PublishedProgram"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      428: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Run a program over a history of up to 4 MiB. Open to: staff. */
  "backtests.create": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["Backtest"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Backtested"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** List a member's statements, newest first. Open to: member, read, shop, staff. */
  "members.statements": {
    parameters: {
      query?: { "limit"?: number; "cursor"?: string; };
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["StatementHeading"][];
          "next_cursor": string | null;
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get a member's statement with every line; 404 `no_statement` if the month had no activity. Open to: member, read, shop, staff. */
  "members.statement": {
    parameters: {
      query?: { "currency"?: string; };
      header?: never;
      path: { "id": string; "month": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Statement"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** List closed months, newest first. Open to: read, staff. */
  "settlements.list": {
    parameters: {
      query?: { "limit"?: number; "cursor"?: string; };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["SettlementHeading"][];
          "next_cursor": string | null;
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Close a month that is over, and any open months before it. A repeated call returns the same run. Open to: staff. */
  "settlements.create": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["SettlementForm"]; } };
    responses: {
      202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["SettlementRun"] | components["schemas"]["SettlementPlanned"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get the progress and totals of a month's closing. Open to: read, staff. */
  "settlements.get": {
    parameters: {
      query?: never;
      header?: never;
      path: { "month": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["SettlementRun"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** The postings of a period, one per row, with the balance of each account. Open to: read, staff. */
  "journal.get": {
    parameters: {
      query?: { "from"?: string; "until"?: string; "format"?: "json" | "csv" | "beancount" | "datev"; "parts"?: boolean; "limit"?: number; "cursor"?: string; "currency"?: string; "consultant"?: number; "client"?: number; "account_length"?: number; "year_begins"?: number; "account_credit"?: string; "account_rewards"?: string; "account_friend_bonus"?: string; "account_adjustments"?: string; "account_breakage"?: string; "account_forfeited"?: string; "account_redemptions"?: string; };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": ({
            "entry": string;
            /** RFC 3339 */
            "at": string;
            "member": string;
            "order": string | null;
            "kind": string;
            /** `liability:credit:<member>`, or one of `expense:rewards`, `expense:friend_bonus`, `expense:adjustments`, `income:breakage`, `income:forfeited`, `clearing:redemptions` */
            "debit": string;
            /** `liability:credit:<member>`, or one of `expense:rewards`, `expense:friend_bonus`, `expense:adjustments`, `income:breakage`, `income:forfeited`, `clearing:redemptions` */
            "credit": string;
            /** Minor units of the currency */
            "amount": number;
            /** ISO 4217 */
            "currency": string;
            "text": string;
          })[];
          "accounts": {
            /** `liability:credit:<member>`, or one of `expense:rewards`, `expense:friend_bonus`, `expense:adjustments`, `income:breakage`, `income:forfeited`, `clearing:redemptions` */
            "account": string;
            /** ISO 4217 */
            "currency": string;
            /** Minor units of the currency, signed */
            "opening": number;
            /** Minor units of the currency, signed */
            "closing": number;
          }[];
          "next_cursor": string | null;
        }; "text/csv": string; "text/plain": string; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Import members, past orders or opening balances; sending the same rows again changes nothing. Open to: shop, staff. */
  "imports.create": {
    parameters: {
      query?: never;
      header?: { "Idempotency-Key"?: string; };
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["Import"]; } };
    responses: {
      202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ImportRun"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get an import's progress and its refused rows. Open to: read, shop, staff. */
  "imports.get": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ImportRun"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Load daily exchange rates; loading the same rates again changes nothing, and orders that have a rate keep it. Open to: shop, staff. */
  "rates.load": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["ExchangeRates"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["LoadedRates"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get the table of daily exchange rates, and how far parked orders were tried again. Open to: read, shop, staff. */
  "rates.get": {
    parameters: {
      query?: { "currency"?: string; };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ExchangeRateTable"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** List API keys by their first characters, never the keys themselves. Open to: read, staff. */
  "keys.list": {
    parameters: {
      query?: { "limit"?: number; "cursor"?: string; };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["Key"][];
          "next_cursor": string | null;
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Create a key, or one that replaces another; it is shown only once. Open to: staff. */
  "keys.create": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["KeyForm"]; } };
    responses: {
      201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["NewKey"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Revoke a key. Open to: staff. */
  "keys.delete": {
    parameters: {
      query?: never;
      header?: never;
      path: { "prefix": string; };
      cookie?: never;
    };
    requestBody?: { content: { "application/json": components["schemas"]["ReasonIfAny"]; } };
    responses: {
      204: { headers: { [name: string]: unknown }; content?: never };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** List webhook endpoints. Open to: read, staff. */
  "webhooks.list": {
    parameters: {
      query?: { "limit"?: number; "cursor"?: string; };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["Webhook"][];
          "next_cursor": string | null;
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Create an endpoint; its secret is shown only once. Open to: staff. */
  "webhooks.create": {
    parameters: {
      query?: never;
      header?: { "Idempotency-Key"?: string; };
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["WebhookForm"]; } };
    responses: {
      201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["NewWebhook"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Update, disable or enable an endpoint. Open to: staff. */
  "webhooks.put": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["WebhookForm"]; } };
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Webhook"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Delete an endpoint and its secret. Open to: staff. */
  "webhooks.delete": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: { content: { "application/json": components["schemas"]["ReasonIfAny"]; } };
    responses: {
      204: { headers: { [name: string]: unknown }; content?: never };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Replace an endpoint's secret; the old one also signs for a day. Open to: staff. */
  "webhooks.replace_secret": {
    parameters: {
      query?: never;
      header?: { "Idempotency-Key"?: string; };
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: { content: { "application/json": components["schemas"]["ReasonIfAny"]; } };
    responses: {
      201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["NewWebhook"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** List the deliveries to an endpoint, newest first. Open to: read, staff. */
  "webhooks.deliveries": {
    parameters: {
      query?: { "limit"?: number; "cursor"?: string; };
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["Delivery"][];
          "next_cursor": string | null;
        }; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Send a delivery again. Open to: staff. */
  "webhooks.replay": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; "delivery": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Delivery"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** List connected stores. Open to: read, staff. */
  "connections.list": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": {
          "items": components["schemas"]["Connection"][];
          "next_cursor": string | null;
        }; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Connect a store, or reconnect it with new secrets. Open to: staff. */
  "connections.create": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["ConnectionForm"]; } };
    responses: {
      201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Connection"]; } };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Get a connected store and its progress. Open to: read, staff. */
  "connections.get": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Connection"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Disconnect a store: remove what was created there and delete its secrets. Open to: staff. */
  "connections.delete": {
    parameters: {
      query?: never;
      header?: never;
      path: { "id": string; };
      cookie?: never;
    };
    requestBody?: { content: { "application/json": components["schemas"]["ReasonIfAny"]; } };
    responses: {
      204: { headers: { [name: string]: unknown }; content?: never };
      400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      401: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      403: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** This document. Open to: everybody. */
  "document.get": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "application/json": Record<string, unknown>; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "application/problem+json": components["schemas"]["Problem"]; } };
      500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
      503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; } };
    };
  };
  /** Show the page that tells a friend who recommends the shop and what they get. Open to: everybody. */
  "links.claim_page": {
    parameters: {
      query?: { "to"?: string; };
      header?: never;
      path: { "code": string; };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      404: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      422: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "text/html; charset=utf-8": string; } };
      500: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      503: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
    };
  };
  /** Follow the link from that page. Open to: everybody. */
  "links.claim": {
    parameters: {
      query?: { "to"?: string; };
      header?: never;
      path: { "code": string; };
      cookie?: never;
    };
    requestBody?: { content: { "application/x-www-form-urlencoded": {
          /** Receives this page by email, once */
          "email"?: string;
        }; } };
    responses: {
      303: { headers: { [name: string]: unknown }; content?: never };
      400: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      404: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      413: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      422: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "text/html; charset=utf-8": string; } };
      500: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      503: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      default: { headers: { [name: string]: unknown }; content?: never };
    };
  };
  /** Show a member's own pages. Open to: everybody. */
  "members.page": {
    parameters: {
      query?: { "token"?: string; };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      303: { headers: { [name: string]: unknown }; content?: never };
      401: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      422: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      429: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Refused"]; "text/html; charset=utf-8": string; } };
      500: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
      503: { headers: { [name: string]: unknown }; content: { "text/html; charset=utf-8": string; } };
    };
  };
}

export interface components {
  schemas: {
    ClickAnswer: {
      "ref_token": string;
      "code": string;
      "advocate": {
        "first_name": string | null;
      };
      "offer": components["schemas"]["Offer"] | null;
      /** RFC 3339 */
      "expires_at": string;
    };
    Offer: {
      /** ISO 4217 */
      "currency": string;
      "discount": {
        /** Percent as decimal text */
        "percent": string | null;
        /** Minor units of the currency */
        "fixed": number | null;
        /** Minor units of the currency */
        "max": number | null;
        /** Minor units of the currency */
        "minimum_order": number | null;
      };
      "bonus": {
        /** Percent as decimal text */
        "percent": string | null;
        /** Minor units of the currency */
        "fixed": number | null;
        "once": boolean;
      };
      "new_customers_only": boolean;
      /** RFC 3339 */
      "from": string | null;
      /** RFC 3339 */
      "until": string | null;
      "text": string;
    };
    Quote: {
      /** Minor units of the currency */
      "discount": number;
      /** ISO 4217 */
      "currency": string;
      "code": string;
      "text": string;
      "conditions": "new_customers_only"[];
    };
    Evidence: {
      "kind": "referral" | "staff" | "code" | "ref_token";
      "value": string | null;
      /** RFC 3339 */
      "at": string | null;
      "lost": string | null;
      "advocate": string | null;
    };
    Order: {
      "id": string;
      "customer": {
        "id": string | null;
      };
      "ref_token": string | null;
      "code": string | null;
      "status": "placed" | "paid" | "completed" | "cancelled";
      /** RFC 3339 */
      "placed_at": string | null;
      /** RFC 3339 */
      "paid_at": string | null;
      /** RFC 3339 */
      "completed_at": string | null;
      /** ISO 4217 */
      "currency": string | null;
      /** Minor units of the currency */
      "items_total": number | null;
      /** Minor units of the currency */
      "discount_total": number | null;
      /** Minor units of the currency */
      "tax_total": number | null;
      /** Minor units of the currency */
      "shipping_total": number | null;
      /** Minor units of the currency */
      "other_total": number | null;
      /** Minor units of the currency */
      "credit_used": number;
      "refunds": Record<string, unknown>[];
      "refunds_complete": boolean;
      /** Minor units of the currency */
      "refunded_total": number | null;
      "disputes": Record<string, unknown>[];
      "disputed": boolean;
      /** Minor units of the currency */
      "captured_total": number | null;
      "fx_rate": string | null;
      /** ISO 4217 */
      "fx_currency": string | null;
      "daily_rate": {
        "date": string;
        "rate": string;
        /** ISO 4217 */
        "from": string;
        /** ISO 4217 */
        "into": string;
      };
      "test": boolean;
      "refs": string[];
      /** Minor units of the currency */
      "kept": number | null;
    };
    OrderAnswer: {
      "order": components["schemas"]["Order"];
      "state": "waiting" | "rewarded" | "refused" | "parked";
      "rewards": ({
        "member": string;
        "level": number;
        /** Minor units of the currency */
        "amount": number;
        /** ISO 4217 */
        "currency": string;
        /** RFC 3339 */
        "available_on": string | null;
        "reason": components["schemas"]["Reason"];
      })[];
      "refusals": ({
        "member": string | null;
        "level": number | null;
        "reason": components["schemas"]["Reason"];
      })[];
      "evidence": components["schemas"]["Evidence"][];
      "winner": components["schemas"]["Evidence"] | null;
      "signals": components["schemas"]["Signal"][];
      "review": components["schemas"]["OrderReview"] | null;
    };
    Parked: {
      "id": string;
      /** RFC 3339 */
      "at": string;
      "provider": string | null;
      "topic": string | null;
      "reason": string;
      "text": string;
      "order": string | null;
      "retryable": boolean;
      /** RFC 3339 */
      "retried_at": string | null;
    };
    Reason: {
      "code": string;
      "text": string;
      "inputs": Record<string, unknown>;
      "steps": Record<string, unknown>[];
      "program_version": number | null;
    };
    Balance: {
      /** ISO 4217 */
      "currency": string;
      /** Minor units of the currency, signed */
      "available": number;
      /** Minor units of the currency, signed */
      "pending": number;
      /** Minor units of the currency */
      "held": number;
      "by_date": ({
        /** Null for credit under review */
        "available_on": string | null;
        /** Minor units of the currency, signed */
        "amount": number;
      })[];
    };
    Entry: {
      "id": string;
      /** RFC 3339 */
      "at": string;
      "kind": "reward" | "clawback" | "forfeit" | "adjustment" | "hold" | "capture" | "void" | "return" | "expiry";
      /** Minor units of the currency, signed */
      "amount": number;
      /** ISO 4217 */
      "currency": string;
      /** RFC 3339 */
      "available_on": string | null;
      "order": string | null;
      "text": string;
      "reason": components["schemas"]["Reason"];
      /** Minor units of the currency, signed */
      "balance_after": number;
    };
    Friend: {
      "referral": string;
      /** Masked, such as `i***s` */
      "login": string | null;
      "state": "open" | "ended";
      /** RFC 3339 */
      "since": string;
      /** RFC 3339 */
      "ended_at": string | null;
      "volume": number;
    };
    Kept: {
      "item": string;
    };
    Member: {
      "id": string;
      "login": string | null;
      "code": string | null;
      "link": string | null;
      "referred_by": string | null;
      "status": string;
      /** Minor units of the currency, signed */
      "balance": number;
      "group": string | null;
    };
    Session: {
      "token": string;
      /** RFC 3339 */
      "expires_at": string;
    };
    WholeMember: {
      "id": string;
      "login": string | null;
      "code": string | null;
      "link": string | null;
      "referred_by": string | null;
      "status": string;
      /** Minor units of the currency, signed */
      "balance": number;
      "volume": number;
      "group": {
        "id": string;
        "name": string;
        "description": string;
      };
      /** Work that continues after this answer, page by page; null if there is none */
      "finishing": "block" | "unblock" | null;
      /** The member who goes on, if this one was merged into them and is closed */
      "merged_into": string | null;
    };
    Authorised: {
      "id": string;
      /** Minor units of the currency */
      "amount": number;
      /** RFC 3339 */
      "expires_at": string;
    };
    Hold: {
      "id": string;
      "state": "open" | "captured" | "voided";
      /** Minor units of the currency */
      "amount": number;
      /** Minor units of the currency */
      "captured": number;
      /** Minor units of the currency */
      "released": number;
    };
    CreditCode: {
      "id": string;
      "state": "making" | "ready" | "returning" | "spent" | "returned" | "refused" | "ended";
      /** Minor units of the currency */
      "amount": number;
      /** ISO 4217 */
      "currency": string;
      /** Minor units of the currency */
      "minimum": number | null;
      "connection": string;
      "store": string | null;
      "link": string | null;
      "order": string | null;
      /** RFC 3339 */
      "expires_at": string;
    };
    Change: {
      /** RFC 3339 */
      "at": string;
      /** The first characters of the key that was used */
      "who": string;
      "what": string;
      "subject": Record<string, unknown>;
      "before": Record<string, unknown> | null;
      "after": Record<string, unknown> | null;
      "reason": string | null;
    };
    NamedAdvocate: {
      "order": components["schemas"]["Order"];
      "state": "waiting" | "rewarded" | "refused" | "parked";
      "rewards": ({
        "member": string;
        "level": number;
        /** Minor units of the currency */
        "amount": number;
        /** ISO 4217 */
        "currency": string;
        /** RFC 3339 */
        "available_on": string | null;
        "reason": components["schemas"]["Reason"];
      })[];
      "refusals": ({
        "member": string | null;
        "level": number | null;
        "reason": components["schemas"]["Reason"];
      })[];
      "evidence": components["schemas"]["Evidence"][];
      "winner": components["schemas"]["Evidence"] | null;
      "signals": components["schemas"]["Signal"][];
      "review": components["schemas"]["OrderReview"] | null;
      "advocate": string;
      /** What the order adds to the advocate's volume */
      "volume": number;
      "group": {
        /** The id of the group, or null for none */
        "before": string | null;
        /** The id of the group, or null for none */
        "after": string | null;
      };
      /** Whether the buyer's later orders reward the advocate too */
      "later_orders": boolean;
      /** Whether the buyer had ordered before, which staff may overrule */
      "existing_customer": boolean;
    };
    Referral: {
      "id": string;
      "advocate": string;
      "friend": string;
      "state": "open" | "ended";
      /** RFC 3339 */
      "made_at": string;
      /** RFC 3339 */
      "ended_at": string | null;
    };
    Review: {
      /** The order's */
      "id": string;
      "order": string;
      /** The friend's advocate */
      "member": string;
      "friend": string;
      /** The sum of the order's reviewed rewards */
      "amount": number;
      /** ISO 4217 */
      "currency": string;
      "rewards": {
        "member": string;
        "level": number;
        /** Minor units of the currency */
        "amount": number;
      }[];
      "signals": components["schemas"]["Signal"][];
      "state": "held" | "approved" | "refused";
      /** RFC 3339 */
      "held_at": string;
      /** When the program decides by itself */
      "deadline": string;
      "at_deadline": "approve" | "refuse";
    };
    OrderReview: {
      "state": "held" | "approved" | "refused";
      /** RFC 3339 */
      "held_at": string;
      /** When the program decides by itself */
      "deadline": string;
      "at_deadline": "approve" | "refuse";
    };
    Signal: {
      "code": string;
      "grade": "allow" | "hold" | "refuse";
      "text": string;
    };
    Verified: {
      "entries": number;
      "orders": number;
      "differences": {
        "what": string;
        "where": string;
        "expected": unknown;
        "found": unknown;
      }[];
      "id"?: string;
      "state"?: "running" | "done";
      /** RFC 3339 */
      "asked_at"?: string;
      /** RFC 3339 */
      "changed_at"?: string;
      /** 1 looks at everything; 2 and 3 only at what differs */
      "look"?: number;
      /** Items of the ledger that the first stage has read */
      "items"?: number;
      /** The number of differences; `differences` lists some of them */
      "found"?: number;
    };
    Verification: {
      "entries": number;
      "orders": number;
      "differences": {
        "what": string;
        "where": string;
        "expected": unknown;
        "found": unknown;
      }[];
      "id": string;
      "state": "running" | "done";
      /** RFC 3339 */
      "asked_at": string;
      /** RFC 3339 */
      "changed_at": string;
      /** 1 looks at everything; 2 and 3 only at what differs */
      "look": number;
      /** Items of the ledger that the first stage has read */
      "items": number;
      /** The number of differences; `differences` lists some of them */
      "found": number;
    };
    Backtest: {
      "program": Record<string, unknown>;
      /** Events, or the lines of a history file */
      "history": Record<string, unknown>[] | string;
    };
    Backtested: {
      "rewards": Record<string, unknown>[];
      "refusals": Record<string, unknown>[];
      "members": Record<string, unknown>;
      "totals": Record<string, unknown>;
      "by_month": Record<string, unknown>[];
      "skipped": Record<string, unknown>;
    };
    Finding: {
      "severity": "error" | "warning";
      "code": string;
      "field": string;
      "text": string;
      "example": Record<string, unknown> | null;
    };
    Program: {
      /** By default that of the active program */
      "id": string;
      "name": string;
      /** ISO 4217 */
      "currency": string;
      /** IANA zone in which months are computed */
      "time_zone"?: string | null;
      /** What rewards are computed on */
      "base"?: "items_net" | "items_list" | "paid_total" | null;
      /** The earning moment */
      "earn_on"?: "paid" | "completed" | null;
      /** Days after the earning moment until credit can be spent */
      "hold_days"?: number | null;
      /** How the base is shared out */
      "credit": components["schemas"]["ProgramLevelsCredit"] | components["schemas"]["ProgramRecursiveCredit"];
      "groups"?: components["schemas"]["ProgramGroup"][] | null;
      "rules"?: components["schemas"]["ProgramRules"] | null;
      "friend"?: components["schemas"]["ProgramFriend"] | null;
      "attribution"?: components["schemas"]["ProgramAttribution"] | null;
      "wallet"?: components["schemas"]["ProgramWallet"] | null;
      "active"?: components["schemas"]["ProgramActive"] | null;
      /** The path on the shop that links lead to where they name none, or a Payment Link at Stripe */
      "landing"?: string | null;
      /** What an advocate sees of a friend */
      "friends_shown_as"?: "masked" | "login" | "name" | null;
      "review"?: components["schemas"]["ProgramReview"] | null;
      "version"?: number;
      /** RFC 3339 */
      "published_at"?: string | null;
    };
    PublishedProgram: {
      /** By default that of the active program */
      "id": string;
      "name": string;
      /** ISO 4217 */
      "currency": string;
      /** IANA zone in which months are computed */
      "time_zone": string | null;
      /** What rewards are computed on */
      "base": "items_net" | "items_list" | "paid_total" | null;
      /** The earning moment */
      "earn_on": "paid" | "completed" | null;
      /** Days after the earning moment until credit can be spent */
      "hold_days": number | null;
      /** How the base is shared out */
      "credit": components["schemas"]["ProgramLevelsCredit"] | components["schemas"]["ProgramRecursiveCredit"];
      "groups": components["schemas"]["ProgramGroup"][] | null;
      "rules": components["schemas"]["ProgramRules"] | null;
      "friend": components["schemas"]["ProgramFriend"] | null;
      "attribution": components["schemas"]["ProgramAttribution"] | null;
      "wallet": components["schemas"]["ProgramWallet"] | null;
      "active": components["schemas"]["ProgramActive"] | null;
      /** The path on the shop that links lead to where they name none, or a Payment Link at Stripe */
      "landing": string | null;
      /** What an advocate sees of a friend */
      "friends_shown_as": "masked" | "login" | "name" | null;
      "review"?: components["schemas"]["ProgramReview"] | null;
      "version": number;
      /** RFC 3339 */
      "published_at": string | null;
    };
    ProgramReward: {
      /** Percent as text with up to four decimals */
      "percent": string;
      "fixed"?: null;
    } | {
      /** Minor units of the currency */
      "fixed": number;
      "percent"?: null;
    };
    ProgramLevels: components["schemas"]["ProgramReward"][];
    ProgramLevelsCredit: {
      "system": "levels";
      /** What level 1, 2, ... earns */
      "levels"?: components["schemas"]["ProgramLevels"] | null;
      /** What the buyer earns */
      "customer"?: components["schemas"]["ProgramReward"] | null;
    };
    ProgramRecursiveCredit: {
      "system": "recursive";
      /** Percent as text with up to four decimals */
      "percent": string;
      "max_levels"?: number | null;
    };
    ProgramGroup: {
      /** Printable characters */
      "id": string;
      /** By default the id */
      "name"?: string | null;
      "description"?: string | null;
      /** The volume at which an advocate joins the group */
      "min_volume"?: number | null;
      /** Staff assigns members; takes precedence over volume */
      "assigned"?: boolean | null;
      /** What level 1, 2, ... earns */
      "levels"?: components["schemas"]["ProgramLevels"] | null;
    };
    ProgramLimit: {
      /** Minor units of the currency */
      "amount": number;
      /** RFC 3339 */
      "from"?: string | null;
      /** RFC 3339 */
      "until"?: string | null;
    };
    ProgramRules: {
      /** Days after sign-up in which a friend's orders count */
      "total_days"?: number | null;
      /** The least that an order must keep */
      "payment_minimum"?: number | null;
      /** The most one advocate earns from one order */
      "max_bonus"?: number | null;
      /** The least one advocate earns of an order, never above what is kept */
      "min_bonus"?: number | null;
      /** The most one advocate can earn in total */
      "max_per_advocate"?: components["schemas"]["ProgramLimit"] | null;
      /** How many orders of one friend are rewarded */
      "total_payments"?: number | null;
    };
    ProgramBonus: {
      /** Percent as text with up to four decimals */
      "percent": string;
      "fixed"?: null;
      /** On the first order alone that is not refused */
      "once"?: boolean | null;
    } | {
      /** Minor units of the currency */
      "fixed": number;
      "percent"?: null;
      /** On the first order alone that is not refused */
      "once"?: boolean | null;
    };
    ProgramDiscount: {
      /** Percent as text with up to four decimals */
      "percent": string;
      "fixed"?: null;
      /** The most it takes off */
      "max"?: number | null;
      /** The least items it is granted on */
      "minimum_order"?: number | null;
    } | {
      /** Minor units of the currency */
      "fixed": number;
      "percent"?: null;
      "max"?: null;
      /** The least items it is granted on */
      "minimum_order"?: number | null;
    };
    ProgramFriend: {
      /** Credited to the friend on each order that is not refused */
      "bonus"?: components["schemas"]["ProgramBonus"] | null;
      /** Taken off at checkout */
      "discount"?: components["schemas"]["ProgramDiscount"] | null;
      "new_customers_only"?: boolean | null;
    };
    ProgramAttribution: {
      "touch"?: "first" | "last" | null;
      "window_days"?: number | null;
    };
    ProgramWallet: {
      "max_percent_of_order"?: string | null;
      "expires_after_days"?: number | null;
      /** Days before credit expires on which its owner is mailed; null for no mail */
      "expiry_notice_days"?: number | null;
      "credit_reduces_base"?: boolean | null;
    };
    ProgramActive: {
      /** RFC 3339 */
      "from"?: string | null;
      /** RFC 3339 */
      "until"?: string | null;
    };
    ProgramReview: {
      /** These hold an order's rewards until staff decides */
      "hold"?: ("same_payment" | "own_browser" | "instant_click" | "many_sign_ups")[] | null;
      /** These refuse the rewards at once */
      "refuse"?: ("same_payment" | "own_browser" | "instant_click" | "many_sign_ups")[] | null;
      /** From so many on, the sign-ups of one advocate's friends within an hour are many_sign_ups */
      "sign_ups_an_hour"?: number | null;
      "deadline_days"?: number | null;
      /** What happens to rewards that nobody decided on by then */
      "at_deadline"?: "approve" | "refuse" | null;
    };
    SettlementForm: {
      /** Year and month */
      "month": string;
    };
    SettlementHeading: {
      /** Year and month */
      "month": string;
      "state": "running" | "closed";
      "time_zone": string;
      /** RFC 3339 */
      "begun_at": string;
      /** RFC 3339 */
      "closed_at": string | null;
    };
    SettlementPlanned: {
      /** Year and month */
      "month": string;
      /** Months before it are closed first */
      "state": "planned";
    };
    SettlementRun: {
      /** Year and month */
      "month": string;
      "state": "running" | "closed";
      "time_zone": string;
      /** RFC 3339 */
      "begun_at": string;
      /** RFC 3339 */
      "closed_at": string | null;
      "shards": {
        "planned": number;
        "done": number;
      };
      "members": {
        "planned": number;
        "done": number;
        "idle": number;
        "failed": number;
      };
      "statements": number;
      "sums": {
        /** ISO 4217 */
        "currency": string;
        /** Minor units of the currency, signed */
        "opening": number;
        /** Minor units of the currency, signed */
        "earned": number;
        /** Minor units of the currency, signed */
        "clawed_back": number;
        /** Minor units of the currency, signed */
        "forfeited": number;
        /** Minor units of the currency, signed */
        "adjusted": number;
        /** Minor units of the currency, signed */
        "redeemed": number;
        /** Minor units of the currency, signed */
        "returned": number;
        /** Minor units of the currency, signed */
        "expired": number;
        /** Minor units of the currency, signed */
        "closing": number;
      }[];
      "shop": {
        /** ISO 4217 */
        "currency": string;
        /** Minor units of the currency, signed */
        "opening": number;
        /** Minor units of the currency, signed */
        "earned": number;
        /** Minor units of the currency, signed */
        "clawed_back": number;
        /** Minor units of the currency, signed */
        "forfeited": number;
        /** Minor units of the currency, signed */
        "adjusted": number;
        /** Minor units of the currency, signed */
        "redeemed": number;
        /** Minor units of the currency, signed */
        "returned": number;
        /** Minor units of the currency, signed */
        "expired": number;
        /** Minor units of the currency, signed */
        "closing": number;
      }[];
      /** What opening balances, movements and closing balances do not explain; must be 0 */
      "difference": number;
      /** The statements' emails, counted by outcome */
      "mails": Record<string, number>;
      "failures": ({
        "member": string;
        /** ISO 4217 */
        "currency": string;
        "code": "does_not_reconcile" | "fault";
        "text": string;
      })[];
    };
    Statement: {
      "member": string;
      /** Year and month */
      "month": string;
      /** The number among the member's statements in this currency */
      "number": number;
      /** ISO 4217 */
      "currency": string;
      /** The time zone of the month */
      "time_zone": string;
      /** Minor units of the currency, signed */
      "opening": number;
      /** Minor units of the currency */
      "earned": number;
      /** Minor units of the currency */
      "clawed_back": number;
      /** Minor units of the currency */
      "forfeited": number;
      /** Minor units of the currency, signed */
      "adjusted": number;
      /** Minor units of the currency */
      "redeemed": number;
      /** Minor units of the currency */
      "returned": number;
      /** Minor units of the currency */
      "expired": number;
      /** Minor units of the currency, signed */
      "closing": number;
      /** SHA-256 of the figures and lines */
      "hash": string;
      /** RFC 3339 */
      "issued_at": string;
      "group": {
        "id": string;
        "name": string;
        "description": string;
      };
      "previous_group": {
        "id": string;
        "name": string;
        "description": string;
      };
      "maturing": ({
        /** RFC 3339 */
        "available_on": string | null;
        /** Minor units of the currency, signed */
        "amount": number;
      })[];
      "lines": components["schemas"]["Entry"][];
      "lines_left_out": number;
    };
    StatementHeading: {
      "member": string;
      /** Year and month */
      "month": string;
      /** The number among the member's statements in this currency */
      "number": number;
      /** ISO 4217 */
      "currency": string;
      /** The time zone of the month */
      "time_zone": string;
      /** Minor units of the currency, signed */
      "opening": number;
      /** Minor units of the currency */
      "earned": number;
      /** Minor units of the currency */
      "clawed_back": number;
      /** Minor units of the currency */
      "forfeited": number;
      /** Minor units of the currency, signed */
      "adjusted": number;
      /** Minor units of the currency */
      "redeemed": number;
      /** Minor units of the currency */
      "returned": number;
      /** Minor units of the currency */
      "expired": number;
      /** Minor units of the currency, signed */
      "closing": number;
      /** SHA-256 of the figures and lines */
      "hash": string;
      /** RFC 3339 */
      "issued_at": string;
    };
    ImportRun: {
      "id": string;
      "kind": "members" | "orders" | "balances";
      "state": "running" | "done" | "failed";
      "rows": number;
      "changed": number;
      "unchanged": number;
      "refused": {
        /** The number of the row, from 1; for a table, the line number */
        "row": number;
        "reason": string;
      }[];
    };
    LoadedRates: {
      /** ISO 4217 */
      "currency": string;
      "format": string;
      "rates": number;
      "changed": number;
      "unchanged": number;
      "replaced": {
        "date": string;
        /** ISO 4217 */
        "currency": string;
        "rate": string;
        "before": string;
      }[];
      "refused": {
        /** The number of the row, from 1; for a table, the line number */
        "row": number;
        "reason": string;
      }[];
      "left_out": string[];
    };
    ExchangeRateTable: {
      /** ISO 4217 */
      "currency": string;
      "in_use": boolean;
      "parked_orders": {
        /** RFC 3339 */
        "at": string;
        "state": "running" | "done";
        "tried": number;
        "evaluated": number;
      };
      "currencies": {
        /** ISO 4217 */
        "currency": string;
        "days": number;
        "first": string;
        "last": string;
        "rate": string;
      }[];
      "rates": {
        "date": string;
        "rate": string;
      }[];
    };
    Key: {
      "prefix": string;
      "scope": string;
      "name": string | null;
      /** RFC 3339 */
      "made_at": string;
      /** RFC 3339 */
      "expires_at": string | null;
      /** RFC 3339 */
      "used_at": string | null;
    };
    NewKey: {
      "key": string;
      "prefix": string;
      "scope": string;
      "name": string | null;
      /** RFC 3339 */
      "made_at": string;
      /** RFC 3339 */
      "expires_at": string | null;
      /** RFC 3339 */
      "used_at": string | null;
    };
    Delivery: {
      "id": string;
      "event": string;
      "type": "RewardPosted" | "RewardRefused" | "GroupChanged" | "ReferralMade" | "ReferralEnded" | "CreditHeld" | "CreditCaptured" | "CreditReturned" | "StatementIssued";
      /** RFC 3339 */
      "at": string;
      "status": "waiting" | "delivered" | "failed";
      "attempts": number;
      /** RFC 3339 */
      "tried_at": string | null;
      "response": number | null;
      "problem": "address_refused" | "no_answer" | "timeout" | "tls_failed" | "webhook_disabled" | null;
      /** RFC 3339 */
      "next_at": string | null;
    };
    NewWebhook: {
      "secret": string;
      "id": string;
      /** https, of a public host */
      "url": string;
      "types": ("RewardPosted" | "RewardRefused" | "GroupChanged" | "ReferralMade" | "ReferralEnded" | "CreditHeld" | "CreditCaptured" | "CreditReturned" | "StatementIssued")[];
      "enabled": boolean;
      "disabled_because": "by_staff" | "failing" | "gone" | null;
      /** RFC 3339 */
      "failing_since": string | null;
      /** RFC 3339 */
      "made_at": string;
      /** RFC 3339 */
      "old_secret_until": string | null;
    };
    Webhook: {
      "id": string;
      /** https, of a public host */
      "url": string;
      "types": ("RewardPosted" | "RewardRefused" | "GroupChanged" | "ReferralMade" | "ReferralEnded" | "CreditHeld" | "CreditCaptured" | "CreditReturned" | "StatementIssued")[];
      "enabled": boolean;
      "disabled_because": "by_staff" | "failing" | "gone" | null;
      /** RFC 3339 */
      "failing_since": string | null;
      /** RFC 3339 */
      "made_at": string;
      /** RFC 3339 */
      "old_secret_until": string | null;
    };
    Connection: {
      "id": string;
      "provider": "shopify" | "woocommerce" | "stripe" | "bigcommerce" | "paddle" | "lemonsqueezy";
      "store": string;
      /** RFC 3339 */
      "made_at": string;
      "state": "connecting" | "connected" | "stopped" | "leaving";
      "steps": {
        "scopes": boolean;
        "webhooks": boolean;
        "offer": boolean;
        "customers": boolean;
        "codes": boolean;
      };
      "problem": string | null;
      "customers": number;
      "members": number;
      "codes": number;
      "codes_refused": number;
    };
    Problem: {
      "type": string;
      "title": string;
      "status": number;
      /** A stable code for programs */
      "code": string;
      /** A sentence that says what to do. Its wording may change */
      "detail": string;
      "errors"?: {
        "field": string;
        "message": string;
      }[];
    };
    Refused: {
      "message": string;
    };
    Click: {
      "code": string;
      "landing"?: string | null;
    };
    Cart: {
      /** ISO 4217 */
      "currency": string;
      /** Minor units of the currency */
      "items_total": number;
      "ref_token"?: string | null;
      "code"?: string | null;
      "customer"?: {
        /** Printable characters */
        "id"?: string | null;
        "email"?: string | null;
      };
    };
    CustomerFacts: {
      /** Printable characters */
      "id"?: string | null;
      "login"?: string | null;
      "email"?: string | null;
      "email_hash"?: string | null;
      "name"?: string | null;
    };
    RefundFacts: {
      /** Printable characters */
      "id": string;
      /** Minor units of the currency */
      "amount": number;
      /** Minor units of the currency */
      "items_amount"?: number | null;
      /** Credit that is returned with the refund */
      "credit"?: number | null;
      /** RFC 3339 */
      "at"?: string | null;
      "status"?: "pending" | "succeeded" | "failed" | null;
      "currency"?: string | null;
      "reason"?: string | null;
    };
    DisputeFacts: {
      /** Printable characters */
      "id": string;
      "status": "open" | "won" | "lost" | "cancelled";
      /** Minor units of the currency */
      "amount"?: number | null;
      /** RFC 3339 */
      "at"?: string | null;
      "currency"?: string | null;
      "reason"?: string | null;
    };
    OrderFacts: {
      /** Printable characters */
      "id"?: string | null;
      "status": "placed" | "paid" | "completed" | "cancelled";
      /** ISO 4217 */
      "currency": string;
      /** Minor units of the currency */
      "items_total": number;
      /** Minor units of the currency */
      "discount_total"?: number | null;
      /** Minor units of the currency */
      "tax_total"?: number | null;
      /** Minor units of the currency */
      "shipping_total"?: number | null;
      /** Paid amounts that earn nothing */
      "other_total"?: number | null;
      /** Credit that came off the charge and that items less discount hold again */
      "credit_in_totals"?: number | null;
      "totals_rank"?: number | null;
      /** Minor units of the currency */
      "credit_used"?: number | null;
      /** Major units of the program's currency per major unit of the order's */
      "fx_rate"?: string | null;
      /** Where the rate leads to; without it, to the program's currency */
      "fx_currency"?: string;
      /** What was charged, if more had been authorised */
      "captured_total"?: number | null;
      "customer"?: components["schemas"]["CustomerFacts"] | null;
      "ref_token"?: string | null;
      "code"?: string | null;
      "codes"?: string[] | null;
      /** RFC 3339 */
      "placed_at"?: string | null;
      /** RFC 3339 */
      "paid_at"?: string | null;
      /** RFC 3339 */
      "completed_at"?: string | null;
      "refunds"?: components["schemas"]["RefundFacts"][] | null;
      /** The list holds every refund there is */
      "refunds_complete"?: boolean | null;
      /** Minor units of the currency */
      "refunded_total"?: number | null;
      "disputes"?: components["schemas"]["DisputeFacts"][] | null;
      "disputed"?: boolean | null;
      "test"?: boolean | null;
      "hint"?: boolean | null;
      "refs"?: string[] | null;
      /** What the processor knows a card or account by, never its number */
      "payment_fingerprint"?: string | null;
      /** When these facts were true; a parameter of the update */
      "as_of"?: string | null;
      "provider"?: string | null;
      "schema_version"?: number | null;
      /** As `kept` */
      "daily_rate"?: Record<string, unknown> | null;
      /** Ignored; allows sending back our own answer */
      "kept"?: number | null;
    };
    MemberForm: {
      "email"?: string | null;
      /** Printable characters */
      "login": string;
      "name"?: string | null;
      /** RFC 3339 */
      "signed_up_at"?: string | null;
      /** A language tag, such as de; mails and pages follow it where they are spoken */
      "language"?: string | null;
      /** Printable characters */
      "referrer_login"?: string | null;
      "ref_token"?: string | null;
      "code"?: string | null;
    };
    ReasonIfAny: {
      /** Why; kept in the audit, so name people by their ids */
      "reason"?: string | null;
    };
    Checkout: {
      /** Printable characters */
      "order_id": string;
      /** Minor units of the currency */
      "amount": number;
      /** What the cart's items cost, where the order is not told yet */
      "items_total"?: number | null;
    };
    Capture: {
      /** Minor units of the currency */
      "amount"?: number | null;
    };
    Nothing: Record<string, unknown>;
    CreditCodeWish: {
      /** How much credit to use; by default all that is available */
      "amount"?: number | null;
      /** The store for the code, if several are connected */
      "connection"?: string | null;
    };
    Adjustment: {
      /** Minor units; below 0 to take. Not 0 */
      "amount": number;
      /** Why; kept in the audit, so name people by their ids */
      "reason": string;
    };
    GroupForm: {
      /** Why; kept in the audit, so name people by their ids */
      "reason"?: string | null;
      /** Printable characters */
      "group": string | null;
    };
    ReasonGiven: {
      /** Why; kept in the audit, so name people by their ids */
      "reason": string;
    };
    Merge: {
      /** Printable characters */
      "closed": string;
      /** Why; kept in the audit, so name people by their ids */
      "reason": string;
    };
    ReferralForm: {
      /** Printable characters */
      "advocate_login": string;
      /** Printable characters */
      "friend_login": string;
      /** Why; kept in the audit, so name people by their ids */
      "reason": string;
    };
    ReferralEnd: {
      "take_back"?: "nothing" | "unspent" | null;
      /** Why; kept in the audit, so name people by their ids */
      "reason": string;
    };
    AdvocateForm: {
      /** Printable characters */
      "advocate_login": string;
      "later_orders"?: boolean | null;
      /** Why; kept in the audit, so name people by their ids */
      "reason": string;
    };
    ImportedMember: {
      "email"?: string | null;
      /** Printable characters */
      "login": string;
      "name"?: string | null;
      /** RFC 3339 */
      "signed_up_at"?: string | null;
      /** A language tag, such as de; mails and pages follow it where they are spoken */
      "language"?: string | null;
      /** Printable characters */
      "referrer_login"?: string | null;
      "ref_token"?: string | null;
      "code"?: string | null;
      /** The code that the member shares already */
      "own_code"?: string | null;
      /** Printable characters */
      "id": string;
      /** What the member owned until now */
      "balance"?: number | null;
      /** Of the balance; else the program's */
      "currency"?: string;
    };
    ImportedBalance: {
      /** Printable characters */
      "member": string;
      /** Minor units; below 0 it is a debt */
      "amount": number;
      /** ISO 4217 */
      "currency": string;
      /** Where it comes from, where a member has several */
      "reason"?: string | null;
    };
    Import: {
      "kind": "members" | "orders" | "balances";
      "rows"?: (components["schemas"]["ImportedMember"] | components["schemas"]["OrderFacts"] | components["schemas"]["ImportedBalance"] | unknown)[] | null;
      /** A table with the names of its columns first */
      "csv"?: string | null;
      /** Whether orders earn; without it they count and earn nothing */
      "rewards"?: boolean | null;
      /** Of the amounts of a table with our own columns; without it minor, where all are whole */
      "units"?: "major" | "minor" | null;
      /** Of a table that names none; else the program's */
      "currency"?: string;
    };
    ExchangeRates: {
      "rates"?: {
        /** A day, such as 2026-03-06 */
        "date"?: string;
        /** The currency that is converted, ISO 4217 */
        "currency"?: string;
        /** Major units of the program's currency per major unit of `currency` */
        "rate"?: string;
      }[] | null;
      /** A table with the columns date, currency, rate; or as the European Central Bank has it */
      "csv"?: string | null;
    };
    KeyForm: {
      "scope"?: "shop" | "staff" | "read" | null;
      "name"?: string | null;
      /** The first characters of the key to replace */
      "replaces"?: string | null;
      /** How long the old key lives on */
      "overlap_hours"?: number | null;
      /** Why; kept in the audit, so name people by their ids */
      "reason"?: string | null;
    };
    WebhookForm: {
      /** https, of a public host */
      "url": string;
      "types"?: ("RewardPosted" | "RewardRefused" | "GroupChanged" | "ReferralMade" | "ReferralEnded" | "CreditHeld" | "CreditCaptured" | "CreditReturned" | "StatementIssued")[] | null;
      "enabled"?: boolean | null;
      /** Why; kept in the audit, so name people by their ids */
      "reason"?: string | null;
    };
    ConnectionForm: {
      "provider": "shopify" | "woocommerce" | "stripe" | "bigcommerce" | "paddle" | "lemonsqueezy";
      /** The store's address at its platform */
      "store"?: string | null;
      "client_id"?: string | null;
      "client_secret"?: string | null;
      "access_token"?: string | null;
      "consumer_key"?: string | null;
      "consumer_secret"?: string | null;
      /** Why; kept in the audit, so name people by their ids */
      "reason"?: string | null;
    };
  };
}
