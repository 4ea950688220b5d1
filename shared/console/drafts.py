"""A draft of a program's next version: the document as staff writes it, and what the rules of every program say of it, by field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from shared import publishing
from shared.api.http import read_json
from shared.console.program_form import form_of
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.instants import parse_instant
from shared.domain.lint.findings import ERROR, Finding, lint
from shared.domain.programs.full_document import program_document
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program
from shared.domain.staff_action import StaffAction
from shared.presets import PRESETS, preset
from shared.problem import BadRequest, Conflict, NotFound
from shared.store import engine
from shared.store.programs import drafts, programs
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.drafts import DraftItem
from shared.store.programs.programs import NoProgram, ProgramItem

LARGEST_DOCUMENT = 100_000
"""Characters of a draft; a program of 50 groups with 40 levels each has fewer."""
READ_ONLY = ("version", "published_at")


@dataclass(frozen=True, slots=True)
class Draft:
    """`revision` 0: nobody saved it yet. `program` is `None` where the document cannot be used; then `faults` say why."""

    text: str
    latest: int
    seen: int
    revision: int = 0
    saved_at: datetime | None = None
    saved_by: str | None = None
    program: Program | None = None
    faults: tuple[FieldError, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def form(self) -> dict[str, str] | None:
        """The fields of the form, with every default once it is a program; `None` where the text is no JSON object."""
        document = program_document(self.program) if self.program else _object(self.text)
        return None if document is None else form_of(document)

    @property
    def shown(self) -> str:
        """The text with its lines in order, where it is a JSON object; else as it was written."""
        document = _object(self.text)
        return self.text if document is None else _text(document)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == ERROR]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity != ERROR]

    @property
    def outdated(self) -> bool:
        return self.seen != self.latest

    def wrong(self, field: str) -> list[str]:
        """What is wrong with a field of the form or a part of it."""
        parts = (f"{field}.", f"{field}[")
        return [
            fault.message
            for fault in self.faults
            if fault.field == field or fault.field.startswith(parts)
        ]


def draft_of(program_id: str, beginning: str | None) -> Draft:
    """The draft that was saved; else, or with a `beginning`, a version (the latest, or `"3"`) or a preset. Raises `NotFound`."""
    newest = latest(program_id)
    number = int(newest.version)
    saved = drafts.draft_of(program_id)
    if saved and not beginning:
        return read_draft(saved, number)
    document = _beginning(newest, program_id, beginning)
    return _read(Draft(_text(document), number, number, int(saved.revision) if saved else 0))


def read_draft(saved: DraftItem, latest: int) -> Draft:
    at = parse_instant(saved.saved_at)
    return _read(
        Draft(saved.document, latest, int(saved.seen), int(saved.revision), at, saved.saved_by)
    )


def saved_draft(program_id: str) -> Draft:
    """Raises `NotFound` where there is none."""
    saved = drafts.draft_of(program_id)
    if saved is None:
        raise NotFound("no_draft", "There is no draft; save one first.")
    return read_draft(saved, int(latest(program_id).version))


def save(program_id: str, text: str, seen: int, revision: int, act: StaffAction) -> None:
    """As it was sent, whatever it says; raises `InvalidDocument` for too much, `Conflict` where somebody saved meanwhile."""
    if len(text) > LARGEST_DOCUMENT:
        raise InvalidDocument(
            [FieldError("document", f"must be at most {LARGEST_DOCUMENT} characters")]
        )
    told = put_audit_line(act, {"program": program_id}, None, {"on_top_of": seen})
    _write([drafts.put_draft(program_id, text, seen, act, revision), told])


def drop(program_id: str, act: StaffAction) -> None:
    saved = drafts.draft_of(program_id)
    if saved:
        _write(
            [
                drafts.drop_draft(saved),
                put_audit_line(act, {"program": program_id}, {"on_top_of": int(saved.seen)}, None),
            ]
        )


def publish(program_id: str, revision: int, accepted: bool, act: StaffAction) -> ProgramItem:
    """The draft that was looked at, with warnings only where they are `accepted`.

    Raises `NotFound`, `InvalidDocument`, `Unprocessable`, `Conflict`, `PreconditionFailed`.
    """
    saved = drafts.draft_of(program_id)
    if saved is None or int(saved.revision) != revision:
        raise _changed()
    draft = read_draft(saved, int(latest(program_id).version))
    if draft.program is None:
        raise InvalidDocument(draft.faults)
    if draft.warnings and not draft.errors and not accepted:
        raise Conflict(
            "warnings",
            "There are warnings; look at them, and tick the box to publish all the same.",
        )
    return publishing.publish(draft.program, draft.seen, act, drafts.drop_draft(saved))


def document_in(text: str) -> dict:
    """A saved text that the form changes; what is no object gives way to the form."""
    return _object(text) or {}


def _read(draft: Draft) -> Draft:
    """With what the rules of every program say of it."""
    try:
        program = parse_program(_own(read_json(draft.text.encode("utf-8", "surrogatepass"))))
    except BadRequest as error:
        return replace(draft, faults=(FieldError("", error.detail),))
    except InvalidDocument as invalid:
        return replace(draft, faults=invalid.faults)
    return replace(draft, program=program, findings=tuple(lint(program)))


def _own(document: object) -> object:
    """Without what our own answers add to a document."""
    return (
        {name: value for name, value in document.items() if name not in READ_ONLY}
        if isinstance(document, dict)
        else document
    )


def _object(text: str) -> dict | None:
    try:
        document = read_json(text.encode("utf-8", "surrogatepass"))
    except BadRequest:
        return None
    return document if isinstance(document, dict) else None


def _beginning(latest: ProgramItem, program_id: str, beginning: str | None) -> Mapping:
    if beginning in PRESETS:
        currency = json.loads(latest.document)["currency"]
        return program_document(
            parse_program(preset(beginning) | {"id": program_id, "currency": currency})
        )
    if beginning and beginning.isascii() and beginning.isdigit():
        return json.loads(version_item(program_id, int(beginning[:6])).document)
    return json.loads(latest.document)


def version_item(program_id: str, number: int) -> ProgramItem:
    """Raises `NotFound`."""
    try:
        return programs.version_item(program_id, number)
    except NoProgram:
        raise publishing.unknown_program(program_id, number) from None


def latest(program_id: str) -> ProgramItem:
    try:
        return programs.active_item(program_id)
    except NoProgram:
        raise publishing.unknown_program(program_id) from None


def _text(document: Mapping) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


def _write(writes: list) -> None:
    try:
        engine.write(writes)
    except engine.WriteConflict:
        raise _changed() from None


def _changed() -> Conflict:
    return Conflict(
        "draft_changed",
        "Somebody saved or published the draft meanwhile; look at it as it is now, and do it again.",
    )
