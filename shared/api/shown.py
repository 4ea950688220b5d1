"""Reasons, evidence and instants as the API returns them."""

from collections.abc import Mapping
from datetime import datetime

from shared.domain.instants import instant_text
from shared.domain.ledger.reason import Reason
from shared.domain.members.names import Names
from shared.words import sentence


def shown_reason(reason: Reason, names: Names) -> dict[str, object]:
    """A reason with its sentence. Members in its inputs are named by their public ids."""
    known = reason["inputs"]
    inputs: dict[str, object] = {**known}
    if "friend" in known:
        inputs["friend"] = names.public(known["friend"])
    if "advocate" in known:
        inputs["advocate"] = names.public(known["advocate"])
    if "other" in known:
        inputs["other"] = names.public(known["other"])
    return {
        "code": reason["code"],
        "text": sentence(reason, names.login),
        "inputs": inputs,
        "steps": reason["steps"],
        "program_version": reason.get("program_version"),
    }


def evidence_answer(evidence: Mapping[str, str], names: Names) -> dict[str, object]:
    """A piece of evidence. Its advocate is named by their public id."""
    document: dict[str, object] = {
        name: evidence.get(name) for name in ("kind", "value", "at", "lost")
    }
    return document | {"advocate": names.public(evidence.get("advocate"))}


def instant_or_none(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant else None
