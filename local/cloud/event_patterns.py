"""Event patterns of EventBridge: which events a rule, or the filter of a stream, accepts.

The operators in the template are checked when the cloud starts. An unknown operator is an error
then; otherwise the pattern would silently match nothing.
"""

from typing import Any

from local.cloud.resources import EventPattern
from local.cloud.template import TemplateError

_ABSENT = object()
_OPERATORS = {"prefix", "suffix", "exists", "anything-but", "equals-ignore-case"}


def check_pattern(pattern: EventPattern, where: str) -> None:
    """Raises TemplateError if `matches` does not support the pattern; the message begins with
    `where`.
    """
    for field, expected in pattern.items():
        if isinstance(expected, dict):
            check_pattern(expected, where)
        elif not isinstance(expected, list) or not expected:
            raise TemplateError(f"{where}: the pattern of {field} is neither a list nor an object")
        else:
            _check_alternatives(field, expected, where)


def _check_alternatives(field: str, alternatives: list[Any], where: str) -> None:
    for alternative in alternatives:
        if isinstance(alternative, dict) and (
            len(alternative) != 1 or not set(alternative) <= _OPERATORS
        ):
            raise TemplateError(
                f"{where}: the pattern of {field} uses {', '.join(alternative)},"
                " which is not known here"
            )
        if isinstance(alternative, dict) and isinstance(alternative.get("anything-but"), dict):
            raise TemplateError(
                f"{where}: the pattern of {field} nests an operator in anything-but,"
                " which is not known here"
            )


def matches(pattern: EventPattern, event: object) -> bool:
    if not isinstance(event, dict):
        event = {}
    for field, expected in pattern.items():
        value = event.get(field, _ABSENT)
        if isinstance(expected, dict):
            if not matches(expected, value):
                return False
        elif not _matches_any(expected, value):
            return False
    return True


def _matches_any(alternatives: list[Any], value: object) -> bool:
    """Returns whether the value matches one of the alternatives. If the value is a list, one of its
    elements has to match.
    """
    values = value if isinstance(value, list) and value else [value]
    return any(_matches_one(alternative, one) for alternative in alternatives for one in values)


def _matches_one(alternative: object, value: object) -> bool:
    if not isinstance(alternative, dict):
        return type(alternative) is type(value) and alternative == value
    (operator, argument), *_ = alternative.items()
    if operator == "exists":
        return (value is not _ABSENT) is bool(argument)
    if operator == "anything-but":
        refused = argument if isinstance(argument, list) else [argument]
        return value is not _ABSENT and value not in refused
    if not isinstance(value, str):
        return False
    match operator:
        case "prefix":
            return value.startswith(argument)
        case "suffix":
            return value.endswith(argument)
        case _:
            return value.lower() == str(argument).lower()
