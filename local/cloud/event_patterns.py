"""Event patterns of the bus: does an event match a rule?

Every operator of the template is checked when the cloud starts, so that one that is not known here fails loudly and matches nothing
by chance.
"""

from typing import Any

from local.cloud.template import TemplateError

_ABSENT = object()
_OPERATORS = {"prefix", "suffix", "exists", "anything-but", "equals-ignore-case"}


def check_pattern(pattern: dict, where: str) -> dict:
    for field, wanted in pattern.items():
        if isinstance(wanted, dict):
            check_pattern(wanted, where)
        elif not isinstance(wanted, list) or not wanted:
            raise TemplateError(f"{where}: the pattern of {field} is neither a list nor an object")
        else:
            _check_alternatives(field, wanted, where)
    return pattern


def _check_alternatives(field: str, wanted: list, where: str) -> None:
    for alternative in wanted:
        if isinstance(alternative, dict) and (
            len(alternative) != 1 or not set(alternative) <= _OPERATORS
        ):
            raise TemplateError(
                f"{where}: the pattern of {field} uses {', '.join(alternative)}, which is not known here"
            )
        if isinstance(alternative, dict) and isinstance(alternative.get("anything-but"), dict):
            raise TemplateError(
                f"{where}: the pattern of {field} nests an operator in anything-but, which is not known here"
            )


def matches(pattern: dict, event: Any) -> bool:
    if not isinstance(event, dict):
        event = {}
    for field, wanted in pattern.items():
        found = event.get(field, _ABSENT)
        if isinstance(wanted, dict):
            if not matches(wanted, found):
                return False
        elif not _any_matches(wanted, found):
            return False
    return True


def _any_matches(wanted: list, found: Any) -> bool:
    values = found if isinstance(found, list) and found else [found]
    return any(_matches_one(alternative, value) for alternative in wanted for value in values)


def _matches_one(alternative: Any, value: Any) -> bool:
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
            return value.lower() == argument.lower()
