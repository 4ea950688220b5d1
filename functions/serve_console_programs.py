"""/console/programs…, /console/simulator: versions, the draft of the next version, and trying terms
on examples.
"""

import json
from collections import defaultdict

from shared import words
from shared.api.http import Answer
from shared.console import draft_page, program_drafts, simulator
from shared.console.draft_page import SAVE, DraftPage, next_step, stepped_page
from shared.console.listing import Column, RowPage, answer_list, parse_list_request
from shared.console.order_preview import preview_order
from shared.console.program_form import apply_form
from shared.console.program_systems import load_translated_preset, rule_examples
from shared.console.program_versions import (
    VersionRow,
    compare_programs,
    list_field_changes,
    version_row,
)
from shared.console.roles import LOOK, STEER
from shared.console.site import Console, ConsoleRequest, path_segment
from shared.console.staff_accounts import emails_by_author
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.money import MINOR_DIGITS
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import program_document
from shared.domain.programs.signal_codes import GRADED
from shared.orders import backtest_sample
from shared.presets import PRESETS
from shared.store.programs import drafts, programs
from shared.store.programs.programs import DEFAULT, ProgramItem

PROGRAMS = "/console/programs"
DRAFT = "GET /console/programs/{id}/draft"
MOST_PROGRAMS = 100
VERSION_COLUMNS: list[Column[VersionRow]] = [
    ("version", lambda row: row.number),
    ("published_at", lambda row: row.published_at),
    ("published_by", lambda row: row.published_by),
    ("name", lambda row: row.name),
]
handler = Console()


@handler.page("GET /console/programs", LOOK)
def get_programs(request: ConsoleRequest) -> Answer:
    """The page of the default program, with links to the others."""
    return _program_page(request, DEFAULT)


@handler.page("GET /console/programs/{id}", LOOK)
def get_program(request: ConsoleRequest) -> Answer:
    return _program_page(request, request.http.path_id())


def _program_page(request: ConsoleRequest, program_id: str) -> Answer:
    latest = program_drafts.load_latest(program_id)
    documents = [json.loads(item.document) for item in programs.list_programs(MOST_PROGRAMS)[0]]

    def load_rows(limit: int, after: str) -> RowPage[VersionRow]:
        items, last = programs.list_versions(program_id, limit, after)
        return RowPage([version_row(item) for item in items], last)

    return answer_list(
        request,
        "programs.html",
        parse_list_request(request.http),
        load_rows,
        VERSION_COLUMNS,
        version=latest,
        program=program_document(_parse(latest)),
        preview=preview_order(_parse(latest), request.http.now, request.language),
        others=[document for document in documents if document["id"] != program_id],
        draft=drafts.find_draft(program_id),
        emails=emails_by_author(),
    )


@handler.page("GET /console/programs/{id}/versions/{version}", LOOK)
def get_version(request: ConsoleRequest) -> Answer:
    program_id = request.http.path_id()
    item = _load_version(program_id, "version", request.http.path("version"))
    number = request.http.query("with")
    beside = _load_version(program_id, "with", number) if number else None
    document = program_document(_parse(item))
    return request.page(
        "program_version.html",
        version=item,
        program=document,
        latest=int(program_drafts.load_latest(program_id).version),
        text=program_drafts.indented_json(json.loads(item.document)),
        beside=beside,
        differences=list_field_changes(program_document(_parse(beside)), document)
        if beside
        else [],
        emails=emails_by_author(),
    )


@handler.page(DRAFT, LOOK)
def get_draft(request: ConsoleRequest) -> Answer:
    beginning = request.http.query("from")
    draft = program_drafts.load_draft(request.http.path_id(), beginning, request.language)
    sent = request.form_of(request.http.raw_path)
    page = (
        draft_page.refused_page(draft, sent, request.language, request.http.now)
        if sent.refusal
        else draft_page.stored_page(draft, request.language, request.http.now)
    )
    wanted = sent.value("as", request.http.query("as") or "form")
    return _show_draft(request, page, as_document=wanted == "document")


def _show_draft(request: ConsoleRequest, page: DraftPage, as_document: bool = False) -> Answer:
    form = page.form or {}
    return request.page(
        "program_draft.html",
        id=request.http.path_id(),
        page=page,
        draft=page.draft,
        form=defaultdict(str, form),
        currencies=MINOR_DIGITS,
        as_document=as_document or page.form is None,
        systems=PRESETS,
        graded=GRADED,
        examples=rule_examples(form, request.language),
        emails=emails_by_author(),
    )


@handler.page("POST /console/programs/{id}/draft", STEER, form_on=DRAFT)
def post_draft(request: ConsoleRequest) -> Answer:
    """Saves a draft. The request contains the document, or the form and the document that the form
    changes. If another button than *Save* was pressed, nothing is saved: the answer is the form
    with what was typed.
    """
    program_id, form = request.http.path_id(), request.http.form()
    as_document, step = form.get("as") == "document", next_step(form)
    if step != SAVE and not as_document:
        draft, language = (
            program_drafts.load_draft(program_id, None, request.language),
            request.language,
        )
        return _show_draft(request, stepped_page(draft, form, step, language, request.http.now))
    text = form.get("document", "")
    if not as_document:
        document = apply_form(program_drafts.document_of(text), form, request.language)
        text = program_drafts.indented_json(document)
    seen, revision = _number(form, "seen"), _number(form, "revision")

    program_drafts.save(program_id, text, seen, revision, request.action("draft_saved"))

    query = "as=document&said=draft_saved" if as_document else "said=draft_saved"
    return request.redirect(f"{PROGRAMS}/{path_segment(program_id)}/draft?{query}")


@handler.page("POST /console/programs/{id}/draft/drop", STEER, form_on=DRAFT)
def discard_draft(request: ConsoleRequest) -> Answer:
    program_id = request.http.path_id()
    program_drafts.discard(program_id, request.action("draft_dropped"))
    return request.redirect(f"{PROGRAMS}/{path_segment(program_id)}", "draft_dropped")


@handler.page("POST /console/programs/{id}/draft/publish", STEER, form_on=DRAFT)
def publish_draft(request: ConsoleRequest) -> Answer:
    program_id, form = request.http.path_id(), request.http.form()
    action = request.action("program_published", request.reason(required=False))
    revision, accepted = _number(form, "revision"), form.get("accepted") == "yes"
    program_drafts.publish(program_id, revision, accepted, action)
    return request.redirect(f"{PROGRAMS}/{path_segment(program_id)}", "published")


@handler.page("GET /console/programs/{id}/draft/backtest", LOOK)
def get_backtest(request: ConsoleRequest) -> Answer:
    program_id = request.http.path_id()
    draft = program_drafts.load_saved_draft(program_id)
    active = _parse(program_drafts.load_latest(program_id))
    if draft.program is None:
        raise InvalidDocument(draft.faults)

    loaded = backtest_sample.load_sample(request.http.now, [active, draft.program])
    comparison = compare_programs(active, draft.program, loaded)

    return request.page(
        "program_backtest.html",
        id=program_id,
        draft=draft,
        active=active,
        loaded=loaded,
        comparison=comparison,
        days=backtest_sample.DAYS,
        sentences=words.SENTENCES,
    )


@handler.page("GET /console/simulator", LOOK)
def get_simulator(request: ConsoleRequest) -> Answer:
    form, now = request.http.queries, request.http.now
    program = _load_terms(form.get("terms", "active"), request.language)
    order = simulator.parse_order(form, program, now, request.language)
    simulation = None
    if form.get("items") and not order.faults:
        simulation = simulator.simulate(program, order, now, request.language)
    return request.page(
        "simulator.html",
        422 if order.faults else 200,
        form=defaultdict(str, form),
        has_draft=drafts.find_draft(DEFAULT) is not None,
        program=program,
        simulation=simulation,
        faults={fault.field: fault.message for fault in order.faults},
        advocates=simulator.parse_advocate_count(form),
        most_advocates=simulator.MOST_ADVOCATES,
        counts=simulator.COUNTS,
        examples=simulator.EXAMPLES,
        presets=PRESETS,
    )


def _load_terms(name: str, language: str) -> Program:
    """The program with this name in the form: a preset, `draft`, or the active program for any
    other name. What a preset says to people is in `language`.
    """
    active = _parse(program_drafts.load_latest(DEFAULT))
    if name in PRESETS:
        preset = load_translated_preset(name, language) | {"currency": active.currency}
        return programs.parse_stored(json.dumps(preset), 0)
    if name == "draft":
        draft = program_drafts.load_saved_draft(DEFAULT)
        if draft.program is None:
            raise InvalidDocument(draft.faults)
        return draft.program
    return active


def _load_version(program_id: str, field: str, text: str) -> ProgramItem:
    """A version of a program. Raises `NotFound`, and `InvalidDocument` that names the field if its
    text is not a number.
    """
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= programs.MOST_VERSIONS):
        raise InvalidDocument([FieldError(field, "must be the number of a version")])
    return program_drafts.load_version(program_id, int(text))


def _number(form: dict[str, str], name: str) -> int:
    """A number in a hidden field of our own form. Raises `InvalidDocument`."""
    text = form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise InvalidDocument(
            [FieldError(name, "must be a value from our own form; open the page again")]
        )
    return int(text)


def _parse(item: ProgramItem) -> Program:
    return programs.parse_stored(item.document, int(item.version))
