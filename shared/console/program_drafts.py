"""Drafts of a program's next version.

A draft is stored as staff wrote it (decision 105). Its faults are found when it is read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared import publishing
from shared.api.json_text import parse_json
from shared.console.program_fields import form_fields
from shared.console.program_systems import load_translated_preset, with_preset
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.instants import read_instant
from shared.domain.lint.finding import ERROR, Finding
from shared.domain.lint.findings import lint
from shared.domain.platforms.promises import lint_platforms
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program, program_document
from shared.domain.staff_action import StaffAction
from shared.presets import PRESETS
from shared.problem import BadRequest, Conflict, NotFound
from shared.store import engine
from shared.store.engine import Write
from shared.store.programs import drafts, programs
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.connections import list_connections
from shared.store.programs.drafts import DraftItem
from shared.store.programs.programs import NoProgram, ProgramItem

LARGEST_DOCUMENT = 100_000
"""Characters of a draft. A program with 50 groups of 40 levels each is smaller."""
DRAFT_CHANGED = "draft_changed"
MOST_NUMBER_DIGITS = 9
READ_ONLY = ("version", "published_at")
"""Fields that our own answers add to a program document."""


@dataclass(frozen=True, slots=True)
class ProgramDraft:
    """The text of a draft, and the faults and findings of its program.

    * `latest`: the number of the version that is published now.
    * `seen`: the number of the version on which the draft is based.
    * `revision`: how often the draft of this program was saved.
    * `saved_at`, `saved_by`: `None` if this text was not saved.
    * `program`: `None` if the text is no valid program; `faults` then say why.
    * `findings`: what lint found in a valid program.
    """

    text: str
    latest: int
    seen: int
    revision: int = 0
    saved_at: datetime | None = None
    saved_by: str | None = None
    program: Program | None = None
    faults: tuple[FieldError, ...] = ()
    findings: tuple[Finding, ...] = ()

    def form(self, language: str) -> dict[str, str] | None:
        """The fields of the form; `None` if the text is no JSON object.

        If the text is a valid program, fields that it leaves out have their defaults.
        """
        document = program_document(self.program) if self.program else _parse_object(self.text)
        return None if document is None else form_fields(document, language)

    @property
    def document(self) -> Mapping[str, Any]:
        """The document with all defaults written out; empty if the text is no valid program."""
        return program_document(self.program) if self.program else {}

    @property
    def shown(self) -> str:
        """The text, indented if it is a JSON object."""
        document = _parse_object(self.text)
        return self.text if document is None else indented_json(document)

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
        """The faults of a field of the document and of its parts."""
        parts = (f"{field}.", f"{field}[")
        return [
            fault.message
            for fault in self.faults
            if fault.field == field or fault.field.startswith(parts)
        ]


def load_draft(program_id: str, beginning: str | None, language: str) -> ProgramDraft:
    """The saved draft. If there is none, or if `beginning` is given, a new draft.

    `beginning` is the name of a preset or the number of a version; without it, the new draft begins
    with the latest version. What a preset says to people is in `language`. Raises `NotFound`.
    """
    latest = load_latest(program_id)
    version = int(latest.version)
    saved = drafts.find_draft(program_id)
    if saved and not beginning:
        return _read_saved(saved, version)
    document = _begin(latest, program_id, beginning, language)
    revision = int(saved.revision) if saved else 0
    return read_draft(ProgramDraft(indented_json(document), version, version, revision))


def as_typed(
    draft: ProgramDraft, typed: Mapping[str, str], on_newest: bool = False
) -> ProgramDraft:
    """The draft with the document of a form in place of its own.

    It is based on the version and revision that the form names. With `on_newest`, it is based on
    the stored draft: another person had saved in the meantime, the page says so, and the next form
    replaces what they saved.
    """
    based = draft
    numbers = typed.get("seen", ""), typed.get("revision", "")
    if not on_newest and all(map(_is_number, numbers)):
        based = replace(draft, seen=int(numbers[0]), revision=int(numbers[1]))
    return read_draft(replace(based, text=typed.get("document", "")))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_NUMBER_DIGITS


def load_saved_draft(program_id: str) -> ProgramDraft:
    """The saved draft. Raises `NotFound` if there is none."""
    saved = drafts.find_draft(program_id)
    if saved is None:
        raise NotFound("no_draft", "There is no draft. Save one first.")
    return _read_saved(saved, int(load_latest(program_id).version))


def save(program_id: str, text: str, seen: int, revision: int, action: StaffAction) -> None:
    """Saves any text as the draft. It replaces the draft with this `revision`.

    Raises `InvalidDocument` if the text is too long, and `Conflict` if the stored revision is
    another one.
    """
    if len(text) > LARGEST_DOCUMENT:
        raise InvalidDocument(
            [FieldError("document", f"must be at most {LARGEST_DOCUMENT} characters")]
        )
    audit_line = put_audit_line(action, {"program": program_id}, None, {"on_top_of": seen})
    _write(drafts.put_draft(program_id, text, seen, action, revision), audit_line)


def discard(program_id: str, action: StaffAction) -> None:
    """Deletes the draft, if there is one. Raises `Conflict` if it is saved at the same time."""
    saved = drafts.find_draft(program_id)
    if saved:
        before = {"on_top_of": int(saved.seen)}
        audit_line = put_audit_line(action, {"program": program_id}, before, None)
        _write(drafts.drop_draft(saved), audit_line)


def publish(program_id: str, revision: int, accepted: bool, action: StaffAction) -> ProgramItem:
    """Publishes the draft with this revision. `accepted` means: publish even if lint has warnings.

    Raises `InvalidDocument` if the draft is no valid program, `Unprocessable` for lint errors,
    `Conflict` for warnings that are not accepted or for another revision, `PreconditionFailed` if
    another version was published since, and `NotFound`.
    """
    saved = drafts.find_draft(program_id)
    if saved is None or int(saved.revision) != revision:
        raise _changed()
    draft = _read_saved(saved, int(load_latest(program_id).version))
    if draft.program is None:
        raise InvalidDocument(draft.faults)
    if draft.warnings and not draft.errors and not accepted:
        raise Conflict(
            "warnings", "There are warnings. Read them, then tick the box to publish anyway."
        )
    return publishing.publish_version(draft.program, draft.seen, action, drafts.drop_draft(saved))


def document_of(text: str) -> dict[str, Any]:
    """The JSON object in a text; empty if the text is not one."""
    return _parse_object(text) or {}


def indented_json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


def load_version(program_id: str, number: int) -> ProgramItem:
    """A version of a program. Raises `NotFound`."""
    try:
        return programs.load_version_item(program_id, number)
    except NoProgram:
        raise publishing.unknown_program(program_id, number) from None


def load_latest(program_id: str) -> ProgramItem:
    """The version that is published now. Raises `NotFound`."""
    try:
        return programs.load_active_item(program_id)
    except NoProgram:
        raise publishing.unknown_program(program_id) from None


def _read_saved(saved: DraftItem, latest: int) -> ProgramDraft:
    saved_at = read_instant(saved.saved_at)
    draft = ProgramDraft(
        saved.document, latest, int(saved.seen), int(saved.revision), saved_at, saved.saved_by
    )
    return read_draft(draft)


def read_draft(draft: ProgramDraft) -> ProgramDraft:
    """The draft with its text read anew: with its program and the findings of lint, or with its
    faults.
    """
    draft = replace(draft, program=None, faults=(), findings=())
    try:
        document = parse_json(draft.text.encode("utf-8", "surrogatepass"))
        program = parse_program(without_read_only(document))
    except BadRequest as error:
        return replace(draft, faults=(FieldError("", error.detail),))
    except InvalidDocument as invalid:
        return replace(draft, faults=invalid.faults)
    providers = (connection.provider for connection in list_connections())
    findings = (*lint(program), *lint_platforms(program, providers))
    return replace(draft, program=program, findings=findings)


def without_read_only(document: object) -> object:
    """A program document without the fields that only our own answers have."""
    if not isinstance(document, dict):
        return document
    return {name: value for name, value in document.items() if name not in READ_ONLY}


def _parse_object(text: str) -> dict[str, Any] | None:
    try:
        document = parse_json(text.encode("utf-8", "surrogatepass"))
    except BadRequest:
        return None
    return document if isinstance(document, dict) else None


def _begin(
    latest: ProgramItem, program_id: str, beginning: str | None, language: str
) -> Mapping[str, Any]:
    """The document with which a new draft begins."""
    if beginning and beginning in PRESETS:
        published = program_document(parse_program(without_read_only(json.loads(latest.document))))
        preset = load_translated_preset(beginning, language)
        return with_preset(published, preset) | {"id": program_id}
    item = latest
    if beginning and beginning.isascii() and beginning.isdigit():
        item = load_version(program_id, int(beginning[:6]))
    document: dict[str, Any] = json.loads(item.document)
    return document


def _write(*writes: Write) -> None:
    try:
        engine.write(list(writes))
    except engine.WriteConflict:
        raise _changed() from None


def _changed() -> Conflict:
    return Conflict(
        DRAFT_CHANGED,
        "Someone else has saved or published the draft. Check the current draft, then try again.",
    )
