"""The page of a draft: its form as it is stored, as it was refused, or after a press on one of its
buttons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.console import program_drafts
from shared.console.order_preview import OrderPreview, preview_order
from shared.console.program_drafts import DRAFT_CHANGED, ProgramDraft
from shared.console.program_fields import overlay_typed
from shared.console.program_form import apply_form
from shared.console.program_systems import choose_system, system_of, take_step
from shared.console.sent_form import SentForm
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program, program_document
from shared.presets import PRESETS

SAVE, PREVIEW, SYSTEM = "save", "preview", "system"
"""Buttons of the form; the others are those of `take_step`."""
CHOSEN, SHOWN = "system", "system.shown"
"""The field with the chosen system, and the hidden one with the system whose fields are shown."""


@dataclass(frozen=True, slots=True)
class DraftPage:
    """What the page of a draft shows.

    * `form`: the text of each field; `None` if the draft is no JSON object.
    * `system`: the preset whose fields are shown.
    * `typed`: whether the fields have texts that are not saved.
    * `focus`: the field in which the cursor is when the page opens.
    * `preview`: what an order would earn by these fields; `None` if `faults` prevent the
      computation.
    """

    draft: ProgramDraft
    form: Mapping[str, str] | None
    system: str
    typed: bool = False
    focus: str = ""
    preview: OrderPreview | None = None
    faults: Sequence[FieldError] = ()


def stored_page(draft: ProgramDraft, language: str, now: datetime) -> DraftPage:
    """The page of a draft as it is stored, with no text that was typed afterwards."""
    page = DraftPage(draft, draft.form(language), _system_of(draft), faults=draft.faults)
    if draft.program is None:
        return page
    return replace(page, preview=preview_order(draft.program, now, language))


def refused_page(draft: ProgramDraft, sent: SentForm, language: str, now: datetime) -> DraftPage:
    """The page of a draft with the form that was refused."""
    newest = sent.refusal is not None and sent.refusal.code == DRAFT_CHANGED
    return _typed_page(
        program_drafts.as_typed(draft, sent.values, newest), sent.values, language, now
    )


def next_step(form: Mapping[str, str]) -> str:
    """The button that was pressed. If another reward system was chosen and *Save* was pressed, it
    is `SYSTEM`: the fields of that system are shown first, and nothing is saved yet.
    """
    another = form.get(CHOSEN, "") in PRESETS and form.get(CHOSEN) != form.get(SHOWN)
    step = form.get("step", SAVE)
    return SYSTEM if another and step == SAVE else step


def stepped_page(
    draft: ProgramDraft, form: Mapping[str, str], step: str, language: str, now: datetime
) -> DraftPage:
    """The page after a button that saves nothing, such as *add a level*. What was typed stays.
    `step` is the button; `SYSTEM` shows the fields of the chosen reward system (a preset).

    Raises `InvalidDocument` if another system is chosen and the fields cannot be read.
    """
    draft = program_drafts.as_typed(draft, form)
    if step != SYSTEM:
        typed, focus = take_step(form, step, language)
        return replace(_typed_page(draft, typed, language, now), focus=focus)
    document = apply_form(program_drafts.document_of(draft.text), form, language)
    whole = program_document(parse_program(program_drafts.without_read_only(document)))
    if form.get(CHOSEN) in PRESETS and form[CHOSEN] != form.get(SHOWN):
        whole = choose_system(whole, form[CHOSEN], language)
    chosen = program_drafts.read_draft(replace(draft, text=program_drafts.indented_json(whole)))
    return replace(stored_page(chosen, language, now), system=form.get(CHOSEN, ""), typed=True)


def _typed_page(
    draft: ProgramDraft, typed: Mapping[str, str], language: str, now: datetime
) -> DraftPage:
    stored = draft.form(language)
    if stored is None or typed.get("as") == "document":
        return stored_page(draft, language, now)
    form = overlay_typed(stored, typed)
    shown = typed.get(SHOWN, "")
    page = DraftPage(draft, form, shown if shown in PRESETS else _system_of(draft), typed=True)
    try:
        program = _program_of(draft, form, language)
    except InvalidDocument as invalid:
        return replace(page, faults=invalid.faults)
    return replace(page, preview=preview_order(program, now, language))


def _program_of(draft: ProgramDraft, form: Mapping[str, str], language: str) -> Program:
    document = apply_form(program_drafts.document_of(draft.text), form, language)
    return parse_program(program_drafts.without_read_only(document))


def _system_of(draft: ProgramDraft) -> str:
    if draft.program:
        return system_of(program_document(draft.program))
    return system_of(program_drafts.document_of(draft.text))
