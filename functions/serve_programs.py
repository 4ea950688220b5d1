"""/v1/programs: staff reads programs, checks a document and publishes the next version."""

import json
import re
from urllib.parse import quote

from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.api.staff_actions import staff_action_of
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.lint.findings import lint
from shared.domain.platforms.promises import lint_platforms
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program, program_schema
from shared.problem import BadRequest, Conflict, PreconditionRequired
from shared.publishing import publish_version, refuse_lint_errors, unknown_program
from shared.store.programs import programs
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.connections import list_connections
from shared.store.programs.programs import MOST_VERSIONS, NoProgram, ProgramChanged, ProgramItem

READ_ONLY = ("version", "published_at")
RESERVED = ("schema", "lint")
"""Ids that cannot be used, because other routes have these addresses."""
_VERSION_TAG = re.compile(r'(?:W/)?"(?P<tag>[0-9]{1,6})"|(?P<bare>[0-9]{1,6})')

handler = Api()


@handler.route("GET /v1/programs")
def list_programs(request: Request) -> Answer:
    page = request.page()
    items, last = programs.list_programs(page.limit, page.after)
    return Answer(page.listing([program_answer(item) for item in items], last))


@handler.route("POST /v1/programs")
def post_program(request: Request) -> Answer:
    program = _program(request)
    if program.id in RESERVED:
        raise InvalidDocument([FieldError("id", f"must not be one of: {', '.join(RESERVED)}")])
    refuse_lint_errors(program)

    action = staff_action_of(request, "program_created")
    audit_line = put_audit_line(action, {"program": program.id}, None, {"version": 1})
    try:
        item = programs.create(program, request.now, audit_line, by=action.actor)
    except ProgramChanged:
        raise Conflict(
            "program_exists",
            "A program with this id already exists. Publish its next version instead.",
        ) from None

    return _answer(item, 201)


@handler.route("GET /v1/programs/schema")
def get_schema(request: Request) -> Answer:
    return Answer(program_schema(), headers={"content-type": "application/schema+json"})


@handler.route("POST /v1/programs/lint")
def lint_program(request: Request) -> Answer:
    program = _program(request)
    providers = (connection.provider for connection in list_connections())
    findings = [*lint(program), *lint_platforms(program, providers)]
    return Answer({"findings": [finding.document() for finding in findings]})


@handler.route("GET /v1/programs/{id}")
def get_program(request: Request) -> Answer:
    program_id, version = request.path_id(), request.count("version", 1, MOST_VERSIONS)
    try:
        if version:
            return _answer(programs.load_version_item(program_id, version))
        return _answer(programs.load_active_item(program_id))
    except NoProgram:
        raise unknown_program(program_id, version) from None


@handler.route("POST /v1/programs/{id}/versions")
def post_version(request: Request) -> Answer:
    program_id, seen, program = request.path_id(), _seen(request), _program(request)
    if program.id != program_id:
        raise InvalidDocument([FieldError("id", f"must be the id in the address, {program_id!r}")])

    return _answer(
        publish_version(program, seen, staff_action_of(request, "program_published")), 201
    )


def _program(request: Request) -> Program:
    """The program in the body, without the fields that our own answers add."""
    document = request.body()
    return parse_program({name: document[name] for name in document if name not in READ_ONLY})


def _seen(request: Request) -> int:
    """The version in `If-Match`, on which the new version is based."""
    tag = request.header("if-match")
    if not tag:
        detail = (
            'Say which version your changes are based on with the header If-Match: "<version>".'
        )
        raise PreconditionRequired("precondition_required", detail)
    match = _VERSION_TAG.fullmatch(tag)
    if match is None:
        raise BadRequest(
            "invalid_precondition", 'Send If-Match: "<version>" with one version number.'
        )
    return int(match["tag"] or match["bare"])


def _answer(item: ProgramItem, status: int = 200) -> Answer:
    answer = program_answer(item)
    headers = {"etag": f'"{item.version}"'}
    if status == 201:
        program_id = quote(str(answer["id"]), safe="")
        headers["location"] = f"/v1/programs/{program_id}?version={item.version}"
    return Answer(answer, status, headers)


def program_answer(item: ProgramItem) -> dict[str, object]:
    """The full document of a version, with its number and the time of its publication.

    The time is `None` for the first terms of a new installation.
    """
    document: dict[str, object] = json.loads(item.document)
    return document | {"version": item.version, "published_at": item.published_at}
