"""The documents of keys and sessions, as JSON Schema."""

from shared.openapi.schemas import INSTANT, TEXT, nullable, record
from shared.openapi.staff import REASON_GIVEN

SESSION = record("*", token=TEXT, expires_at=INSTANT)
_ENDS = {"expires_at": nullable(INSTANT), "used_at": nullable(INSTANT)}
_KEY = {"prefix": TEXT, "scope": TEXT, "name": nullable(TEXT), "made_at": INSTANT, **_ENDS}
_OVERLAP = {
    "type": "integer",
    "minimum": 0,
    "maximum": 720,
    "default": 24,
    "description": "How long the old key lives on",
}
KEY_FORM = record(
    "",
    scope={"enum": ["shop", "staff", "read", None]},
    name=nullable({"type": "string", "maxLength": 80}),
    replaces=nullable(
        TEXT | {"maxLength": 128, "description": "What the key to be replaced begins with"}
    ),
    overlap_hours=nullable(_OVERLAP),
    reason=nullable(REASON_GIVEN),
)


def key_schemas() -> dict[str, dict]:
    """Every document by its name."""
    return {
        "Key": record("*", **_KEY),
        "NewKey": record("*", key=TEXT, **_KEY),
        "KeyForm": KEY_FORM,
        "Session": SESSION,
    }
