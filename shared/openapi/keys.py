"""Routes for API keys: list, make, replace, revoke."""

from shared.api.key_management import KEY_FORM
from shared.api.staff_actions import OPTIONAL_REASON
from shared.domain.shape import JsonSchema, nullable
from shared.openapi.operation import PAGED, Operation, Subject
from shared.openapi.parts import INSTANT, TEXT, page_of, record, ref

_KEY: dict[str, JsonSchema] = {
    "prefix": TEXT,
    "scope": TEXT,
    "name": nullable(TEXT),
    "made_at": INSTANT,
    "expires_at": nullable(INSTANT),
    "used_at": nullable(INSTANT),
}

KEYS = Subject(
    {
        "GET /v1/keys": Operation(
            "keys.list",
            "List API keys by their first characters, never the keys themselves",
            page_of(ref("Key")),
            query=PAGED,
        ),
        "POST /v1/keys": Operation(
            "keys.create",
            "Create a key, or one that replaces another; it is shown only once",
            ref("NewKey"),
            201,
            KEY_FORM,
            (404,),
        ),
        "DELETE /v1/keys/{prefix}": Operation(
            "keys.delete", "Revoke a key", None, 204, OPTIONAL_REASON, (404, 409)
        ),
    },
    {"Key": record(**_KEY), "NewKey": record(key=TEXT, **_KEY)},
)
