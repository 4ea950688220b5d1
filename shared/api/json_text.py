"""JSON as our HTTP takes and gives it."""

import json

from shared.problem import BadRequest

LONGEST_REASON = 120


class NotStrictJson(ValueError):
    """Text that Python's parser accepts and that RFC 8259 advises against between systems."""


def parse_json(body: bytes) -> object:
    """A JSON text in UTF-8, with each field of an object named once and with finite numbers.

    Raises `BadRequest`.
    """
    try:
        return json.loads(
            body.decode(),
            object_pairs_hook=_build_object,
            parse_constant=_refuse_constant,
            parse_float=_parse_finite,
        )
    except (json.JSONDecodeError, NotStrictJson) as error:
        reason = str(error)[:LONGEST_REASON]
    except (ValueError, RecursionError):
        reason = "it is nested too deeply or not UTF-8"
    raise BadRequest("invalid_json", f"The body must be JSON in UTF-8: {reason}")


def write_json(value: object) -> str:
    """Compact JSON. Half characters, which UTF-8 cannot carry, are escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace").decode()


def _build_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotStrictJson("a field is named twice in one object")
    return fields


def _refuse_constant(name: str) -> None:
    raise NotStrictJson(f"{name} is not JSON")


def _parse_finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise NotStrictJson("a number is too large")
    return number
