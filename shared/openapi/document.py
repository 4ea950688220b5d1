"""The whole API as an OpenAPI 3.1 document, put together from its subjects."""

from functools import cache

from shared.domain.shape import Definitions
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
SUBJECTS = (STOREFRONT, ORDERS, MEMBERS, WALLET, STAFF, PROGRAMS, MONTHS, JOURNAL, KEYS, WEBHOOKS)
PROBLEM: Schema = {
    "type": "object",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "code": TEXT | {"description": "Stable; made for programs"},
        "detail": TEXT | {"description": "A sentence that says what to do"},
        "errors": rows(record(field=TEXT, message=TEXT)),
    },
    "required": ["type", "title", "status", "code", "detail"],
}
CALLS: dict[str, Operation] = {
    route: call for subject in SUBJECTS for route, call in subject.calls.items()
} | {"GET /openapi.json": Operation("This document", {"type": "object"})}


@cache
def openapi() -> Schema:
    """The document; its server is the address that links are made from."""
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
        },
        "servers": [{"url": ShopSettings.load().base_url}],
        "paths": paths,
        "components": {
            "schemas": schemas | definitions.schemas,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Of the shop's server, staff, or a member",
                }
            },
        },
    }
