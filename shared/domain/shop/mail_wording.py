"""Subjects and first sentences of mails that an owner has written, with placeholders such as
`{shop}` (specification: mail-wording).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from shared.domain.document import SourceDocument
from shared.domain.kinds import text
from shared.domain.record import Record
from shared.domain.shape import Definitions, JsonSchema, Shape

LONGEST_SUBJECT, LONGEST_INTRO = 120, 600
_EVERYWHERE = ("first_name", "shop")
PLACEHOLDERS: Mapping[str, tuple[str, ...]] = {
    "statement": (*_EVERYWHERE, "month"),
    "welcome": (*_EVERYWHERE, "code", "link"),
    "reward": (*_EVERYWHERE, "amount"),
    "taken_back": (*_EVERYWHERE, "amount"),
    "group": (*_EVERYWHERE, "group"),
    "expiry": (*_EVERYWHERE, "amount", "day"),
    "balance": (*_EVERYWHERE, "amount"),
}
"""The placeholders that each kind of mail fills in, by kind (`shared.domain.outgoing.mail`, which a
click need not load). Other kinds have fixed texts.
"""
PARTS = ("subject", "intro")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class MailWording:
    """The owner's subject and first sentences of one kind of mail in one language. An empty text
    means the usual one.
    """

    subject: Annotated[str, text(LONGEST_SUBJECT)] = ""
    intro: Annotated[str, text(LONGEST_INTRO)] = ""


MAIL_WORDING = Record(MailWording)
type Wordings = Mapping[str, MailWording]
"""Wordings by kind and language, such as `reward.de`."""


class WordingsShape(Shape[Wordings]):
    """A JSON object with a `MailWording` for each kind and language that the owner has changed."""

    def read(self, value: object, source: SourceDocument, field: str) -> Wordings:
        inner = source.within(field, value)
        return {name: _read_wording(inner, name) for name in inner.value}

    def write(self, value: Wordings) -> object:
        return {name: MAIL_WORDING.write(wording) for name, wording in value.items()}

    def schema(self, definitions: Definitions) -> JsonSchema:
        return {"type": "object", "additionalProperties": definitions.refer(MAIL_WORDING)}


def _read_wording(source: SourceDocument, name: str) -> MailWording:
    kind = name.partition(".")[0]
    if kind not in PLACEHOLDERS:
        source.fault(name, "is not an email whose text can be changed")
        return MailWording()
    wording = MAIL_WORDING.read(source.value[name], source, name)
    if not wording.subject.isprintable():
        source.fault(f"{name}.subject", "must be one line")
    for part in PARTS:
        _check_placeholders(kind, f"{name}.{part}", getattr(wording, part), source)
    return wording


def _check_placeholders(kind: str, field: str, text: str, source: SourceDocument) -> None:
    """Adds a fault if a text has a placeholder that its mail cannot fill in, or a lone brace."""
    known = PLACEHOLDERS[kind]
    names = ", ".join(f"{{{name}}}" for name in known)
    unknown = next((name for name in _PLACEHOLDER.findall(text) if name not in known), None)
    if unknown is not None:
        source.fault(field, f"has no value for {{{unknown}}}; it can use {names}")
    elif set(_PLACEHOLDER.sub("", text)) & set("{}"):
        source.fault(field, f"has a brace that is not a placeholder; it can use {names}")


def fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced. A placeholder without a value becomes empty, and
    values are never read as placeholders themselves.
    """
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], ""), text)
