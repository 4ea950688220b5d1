"""GraphQL documents for Shopify's Admin API, version 2026-10.

`tests/connectors` checks each document against Shopify's own schema.
"""

API_VERSION = "2026-10"

LOOK = """query Look {
  shop { name myshopifyDomain currencyCode primaryDomain { host } }
  currentAppInstallation { accessScopes { handle } }
}"""
OFFER_CREATE = """mutation MakeOffer($terms: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $terms) {
    codeDiscountNode { id }
    userErrors { field message code }
  }
}"""
OFFER_UPDATE = """mutation ChangeOffer($id: ID!, $terms: DiscountCodeBasicInput!) {
  discountCodeBasicUpdate(id: $id, basicCodeDiscount: $terms) {
    codeDiscountNode { id }
    userErrors { field message code }
  }
}"""
OFFER_DELETE = """mutation DropOffer($id: ID!) {
  discountCodeDelete(id: $id) { deletedCodeDiscountId userErrors { field message code } }
}"""
OFFER_LOOK = """query LookAtOffer($id: ID!) { codeDiscountNode(id: $id) { id } }"""
CODES_ADD = """mutation AddCodes($offer: ID!, $codes: [DiscountRedeemCodeInput!]!) {
  discountRedeemCodeBulkAdd(discountId: $offer, codes: $codes) {
    bulkCreation { id done }
    userErrors { field message code }
  }
}"""
CODES_ADDED = """query AddedCodes($id: ID!, $first: Int!) {
  discountRedeemCodeBulkCreation(id: $id) {
    done
    codes(first: $first) {
      nodes { code discountRedeemCode { id } errors { message code } }
    }
  }
}"""
CODES_DROP = """mutation DropCodes($offer: ID!, $ids: [ID!]!) {
  discountCodeRedeemCodeBulkDelete(discountId: $offer, ids: $ids) {
    job { id done }
    userErrors { field message code }
  }
}"""
JOB = """query LookAtJob($id: ID!) { job(id: $id) { id done } }"""
_FOUND_CODE = """  c%(place)d: codeDiscountNodeByCode(code: $c%(place)d) {
    id
    codeDiscount {
      ... on DiscountCodeBasic {
        title
        codes(first: 10, query: $c%(place)d) { nodes { id code } }
      }
    }
  }"""
WEBHOOKS = """query Webhooks($uri: String!) {
  webhookSubscriptions(first: 100, uri: $uri) { nodes { id topic } }
}"""
WEBHOOK_CREATE = """mutation Subscribe(
  $topic: WebhookSubscriptionTopic!, $webhook: WebhookSubscriptionInput!
) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhook) {
    webhookSubscription { id }
    userErrors { field message }
  }
}"""
WEBHOOK_DELETE = """mutation Unsubscribe($id: ID!) {
  webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } }
}"""
_CUSTOMER = "legacyResourceId email firstName lastName locale createdAt"
CUSTOMERS = f"""query Customers($first: Int!, $after: String) {{
  customers(first: $first, after: $after, sortKey: ID) {{
    nodes {{ {_CUSTOMER} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""
CUSTOMER = f"query Customer($id: ID!) {{ customer(id: $id) {{ {_CUSTOMER} }} }}"
TOPICS = (
    "CUSTOMERS_CREATE",
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
    "ORDERS_PAID",
    "ORDERS_FULFILLED",
    "ORDERS_CANCELLED",
    "REFUNDS_CREATE",
    "DISPUTES_CREATE",
    "DISPUTES_UPDATE",
)
"""The topics in docs/webhooks.md, and new customers."""


def codes_find(count: int) -> str:
    """A query that looks for `count` codes at once. Its variables are `$c0`, `$c1`, ..."""
    variables = ", ".join(f"$c{place}: String!" for place in range(count))
    fields = "\n".join(_FOUND_CODE % {"place": place} for place in range(count))
    return f"query FindCodes({variables}) {{\n{fields}\n}}"
