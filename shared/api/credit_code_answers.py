"""A credit code as the API and the advocate's pages show it."""

from datetime import datetime
from typing import Any

from shared.domain.instants import instant_text
from shared.domain.ledger.credit_codes import CreditCode
from shared.domain.platforms.connection import Connection
from shared.store.programs.connections import find_connection

_APPLYING_PATHS = {"shopify": "/discount/{code}?redirect=/cart"}
"""By platform, the path on a store that applies a code to the cart."""


def credit_code_answer(code: CreditCode, now: datetime) -> dict[str, Any]:
    """A credit code as the API returns it. Its `link` applies the code to the cart, if the platform
    has such links.
    """
    store = find_connection(code.connection)
    return {
        "id": code.text,
        "state": code.state_at(now),
        "amount": code.amount,
        "currency": code.currency,
        "minimum": code.minimum,
        "connection": code.connection,
        "store": store.store if store else None,
        "link": applying_link(code, store),
        "order": code.order,
        "expires_at": instant_text(code.ends_at),
    }


def applying_link(code: CreditCode, store: Connection | None) -> str | None:
    path = _APPLYING_PATHS.get(store.provider) if store else None
    if store is None or path is None or not store.storefronts:
        return None
    return f"https://{store.storefronts[0]}{path.format(code=code.text)}"
