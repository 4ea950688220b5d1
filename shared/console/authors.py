"""Who did something, by the address of those who are of the staff still."""

from collections.abc import Mapping

from shared.store.programs import staff


def emails_of() -> Mapping[str, str]:
    """By what the audit calls them, as `staff:…`; keys of the API are not in it."""
    return {f"staff:{person.id}": person.email for person in staff.everybody()}
