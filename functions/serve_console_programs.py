"""/console/programs…, /console/simulator: the terms, their next version, and what they come to."""

import json
from collections import defaultdict

from shared.api.http import Answer
from shared.console import drafts, simulator
from shared.console.authors import emails_of
from shared.console.drafts import draft_of, saved_draft, version_item
from shared.console.listing import Column, ListPage, listing, view_of
from shared.console.program_form import with_form
from shared.console.roles import LOOK, STEER
from shared.console.site import Console, Desk, segment
from shared.console.versions import Version, compare, differences, version_of
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.programs.program import Program
from shared.orders import backtest_sample
from shared.presets import PRESETS, preset
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem

PROGRAMS = "/console/programs"
MOST_PROGRAMS = 100
VERSIONS: list[Column[Version]] = [
    ("version", lambda row: row.number),
    ("published_at", lambda row: row.published_at),
    ("published_by", lambda row: row.published_by),
    ("name", lambda row: row.name),
]
handler = Console()


@handler.page("GET /console/programs", LOOK)
def get_programs(desk: Desk) -> Answer:
    """The program in force; the others are linked from it."""
    return _program_page(desk, DEFAULT)


@handler.page("GET /console/programs/{id}", LOOK)
def get_program(desk: Desk) -> Answer:
    return _program_page(desk, desk.request.path_id())


def _program_page(desk: Desk, program_id: str) -> Answer:
    newest = drafts.latest(program_id)
    others = [item for item in programs.listing(MOST_PROGRAMS)[0] if _id(item) != program_id]

    def find(limit: int, after: str) -> ListPage[Version]:
        rows, last = programs.versions(program_id, limit, after)
        return ListPage([version_of(row) for row in rows], last)

    return listing(
        desk,
        "programs.html",
        view_of(desk.request),
        find,
        VERSIONS,
        version=newest,
        program=json.loads(newest.document),
        others=[json.loads(item.document) for item in others],
        draft=drafts.drafts.draft_of(program_id),
        emails=emails_of(),
    )


@handler.page("GET /console/programs/{id}/versions/{version}", LOOK)
def get_version(desk: Desk) -> Answer:
    program_id = desk.request.path_id()
    item, other = (
        _version(desk, "version", desk.request.path("version")),
        desk.request.query("with"),
    )
    beside = _version(desk, "with", other) if other else None
    document = json.loads(item.document)
    return desk.page(
        "program_version.html",
        version=item,
        program=document,
        latest=int(drafts.latest(program_id).version),
        text=json.dumps(document, indent=2, ensure_ascii=False),
        beside=beside,
        differences=differences(json.loads(beside.document), document) if beside else [],
        emails=emails_of(),
    )


@handler.page("GET /console/programs/{id}/draft", LOOK)
def get_draft(desk: Desk) -> Answer:
    draft = draft_of(desk.request.path_id(), desk.request.query("from"))
    as_document = desk.request.query("as") == "document" or draft.form is None
    told = {
        "id": desk.request.path_id(),
        "draft": draft,
        "as_document": as_document,
        "presets": PRESETS,
        "emails": emails_of(),
    }
    return desk.page("program_draft.html", **told)


@handler.page("POST /console/programs/{id}/draft", STEER)
def post_draft(desk: Desk) -> Answer:
    """The form changes what was saved or shown last, which the page carries along; the document stands for itself."""
    program_id, form = desk.request.path_id(), desk.request.form()
    text = form.get("document", "")
    if form.get("as") != "document":
        text = json.dumps(with_form(drafts.document_in(text), form), indent=2, ensure_ascii=False)

    drafts.save(
        program_id, text, _number(form, "seen"), _number(form, "revision"), desk.act("draft_saved")
    )

    return desk.go(
        f"{PROGRAMS}/{segment(program_id)}/draft{'?as=document&' if form.get('as') == 'document' else '?'}said=draft_saved"
    )


@handler.page("POST /console/programs/{id}/draft/drop", STEER)
def drop_draft(desk: Desk) -> Answer:
    program_id = desk.request.path_id()
    drafts.drop(program_id, desk.act("draft_dropped"))
    return desk.go(f"{PROGRAMS}/{segment(program_id)}", "draft_dropped")


@handler.page("POST /console/programs/{id}/draft/publish", STEER)
def publish_draft(desk: Desk) -> Answer:
    program_id, form = desk.request.path_id(), desk.request.form()
    act = desk.act("program_published", desk.reason(required=False))
    drafts.publish(program_id, _number(form, "revision"), form.get("accepted") == "yes", act)
    return desk.go(f"{PROGRAMS}/{segment(program_id)}", "published")


@handler.page("GET /console/programs/{id}/draft/backtest", LOOK)
def get_backtest(desk: Desk) -> Answer:
    program_id = desk.request.path_id()
    draft, active = saved_draft(program_id), _parsed(drafts.latest(program_id))
    if draft.program is None:
        raise InvalidDocument(draft.faults)

    own = backtest_sample.load_sample(desk.request.now, [active, draft.program])
    found = compare(active, draft.program, own)

    return desk.page(
        "program_backtest.html",
        id=program_id,
        draft=draft,
        active=active,
        own=own,
        found=found,
        days=backtest_sample.DAYS,
    )


@handler.page("GET /console/simulator", LOOK)
def get_simulator(desk: Desk) -> Answer:
    form = desk.request.queries
    program = _terms(form.get("terms", "active"))
    scene = simulator.scene(form, program, desk.request.now)
    shown = (
        simulator.simulate(program, scene, desk.request.now, desk.language)
        if form.get("items")
        else None
    )
    return desk.page(
        "simulator.html",
        422 if scene.faults else 200,
        asked=defaultdict(str, form),
        has_draft=drafts.drafts.draft_of(DEFAULT) is not None,
        program=program,
        shown=None if scene.faults else shown,
        faults={fault.field: fault.message for fault in scene.faults},
        advocates=simulator.how_many(form),
        most=simulator.MOST_ADVOCATES,
        examples=simulator.EXAMPLES,
        presets=PRESETS,
    )


def _terms(told: str) -> Program:
    """The program that the form names: the one in force, its draft, or a preset."""
    active = _parsed(drafts.latest(DEFAULT))
    if told in PRESETS:
        return programs.parsed(json.dumps(preset(told) | {"currency": active.currency}), 0)
    if told == "draft":
        draft = saved_draft(DEFAULT)
        if draft.program is None:
            raise InvalidDocument(draft.faults)
        return draft.program
    return active


def _version(desk: Desk, name: str, told: str) -> ProgramItem:
    if not (told.isascii() and told.isdigit() and 1 <= int(told[:9]) <= programs.MOST_VERSIONS):
        raise InvalidDocument([FieldError(name, "must be the number of a version")])
    return version_item(desk.request.path_id(), int(told))


def _number(form: dict[str, str], name: str) -> int:
    """A number that our own form carries."""
    told = form.get(name, "")
    if not (told.isascii() and told.isdigit() and len(told) <= 9):
        raise InvalidDocument(
            [FieldError(name, "must be what our own form has; open the page again")]
        )
    return int(told)


def _parsed(item: ProgramItem) -> Program:
    return programs.parsed(item.document, int(item.version))


def _id(item: ProgramItem) -> str:
    return json.loads(item.document)["id"]
