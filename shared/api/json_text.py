"""Reads the JSON of requests to our API and writes the JSON of its answers."""

import json

from shared.problem import BadRequest

LONGEST_REASON = 120


class NotStrictJson(ValueError):
    """JSON that Python's parser accepts but other systems may read differently (RFC 8259)."""


def parse_json(body: bytes) -> object:
    """The value of a JSON text in UTF-8. Raises `BadRequest`, also if an object names a field twice
    or a number is not finite.
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
    """Compact JSON. Lone surrogates, which UTF-8 cannot encode, are escaped."""
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
