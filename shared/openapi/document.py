"""The whole API as an OpenAPI 3.1 document, built from its subjects."""

from functools import cache

from shared.domain.shape import Definitions
from shared.openapi.connections import CONNECTIONS
from shared.openapi.imports import IMPORTS
from shared.openapi.journal import JOURNAL
from shared.openapi.keys import KEYS
from shared.openapi.members import MEMBERS
from shared.openapi.month import MONTHS
from shared.openapi.operation import Operation, describe_operation
from shared.openapi.orders import ORDERS
from shared.openapi.parts import COMPONENTS, TEXT, Schema, record, rows
from shared.openapi.programs import PROGRAMS
from shared.openapi.staff import STAFF
from shared.openapi.storefront import PAGES, STOREFRONT
from shared.openapi.wallet import WALLET
from shared.openapi.webhooks import WEBHOOKS
from shared.settings import ShopSettings

VERSION = "1"
SUBJECTS = (
    STOREFRONT,
    ORDERS,
    MEMBERS,
    WALLET,
    STAFF,
    PROGRAMS,
    MONTHS,
    JOURNAL,
    IMPORTS,
    KEYS,
    WEBHOOKS,
    CONNECTIONS,
)
RESOURCES = {
    "audit": "Who changed what, when and why",
    "backtests": "Programs tried on past orders",
    "clicks": "Clicks on advocates' links",
    "codes": "One-time codes at connected stores that pay with credit",
    "connections": "Connected stores that accept advocates' codes",
    "deliveries": "Webhooks from processors and shop platforms",
    "document": "This document",
    "files": "Files that browsers load",
    "holds": "Credit authorised for an order, then captured or voided",
    "imports": "Members, past orders and balances from another system",
    "journal": "The books of the whole shop",
    "keys": "API keys",
    "links": "Advocates' links, and the page they lead to",
    "members": "Customers as advocates and friends, and their credit",
    "orders": "Orders that the shop sends, and the rewards they earn",
    "parked": "Deliveries and orders that could not be used, and why",
    "programs": "Versions of the reward program",
    "quotes": "The discount for a friend's cart",
    "rates": "The table of daily exchange rates, for orders that tell no rate",
    "referrals": "Referrals made and ended by hand",
    "reviews": "Rewards that wait for a decision by staff",
    "settlements": "Closed months",
    "webhooks": "The shop's webhook endpoints and their deliveries",
}
"""What operations are about, by the first part of their names."""
PROBLEM: Schema = {
    "type": "object",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "code": TEXT | {"description": "A stable code for programs"},
        "detail": TEXT | {"description": "A sentence that says what to do. Its wording may change"},
        "errors": rows(record(field=TEXT, message=TEXT)),
    },
    "required": ["type", "title", "status", "code", "detail"],
}
CALLS: dict[str, Operation] = {
    route: call for subject in SUBJECTS for route, call in subject.calls.items()
} | {"GET /openapi.json": Operation("document.get", "This document", {"type": "object"})}


@cache
def openapi() -> Schema:
    """The document of this installation."""
    return describe_api(ShopSettings.load())


def describe_api(shop: ShopSettings) -> Schema:
    """The document. Its server is `base_url`, the address that links are made from."""
    definitions = Definitions(COMPONENTS)
    paths: dict[str, Schema] = {}
    for route, call in (CALLS | PAGES).items():
        method, path = route.split(" ")
        operation = describe_operation(route, call, definitions)
        paths.setdefault(path, {})[method.lower()] = operation
    schemas = {name: schema for subject in SUBJECTS for name, schema in subject.schemas.items()}
    schemas |= {"Problem": PROBLEM, "Refused": record(message=TEXT)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Grapevine",
            "version": VERSION,
            "description": "Word-of-mouth rewards for online shops.",
            "license": {"name": "MIT", "identifier": "MIT"},
            "contact": {"name": shop.shop_name or shop.shop_url, "url": shop.shop_url},
        },
        "servers": [{"url": shop.base_url}],
        "tags": [{"name": name, "description": text} for name, text in RESOURCES.items()],
        "paths": paths,
        "components": {
            "schemas": schemas | definitions.schemas,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key of the shop's server or of staff, or a member's session",
                }
            },
        },
    }
