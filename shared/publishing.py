"""Publishes the next version of a program (specification: program-versions).

A program is refused if lint finds errors, or if it is based on an older version. Connected stores
follow the new version.
"""

from shared.connectors.jobs import CODES, FollowProgram
from shared.domain.document import FieldError
from shared.domain.lint.finding import ERROR
from shared.domain.lint.findings import lint
from shared.domain.programs.program import Program
from shared.domain.staff_action import StaffAction
from shared.problem import NotFound, PreconditionFailed, Unprocessable
from shared.store.engine import Write
from shared.store.programs import programs
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.connections import list_connections
from shared.store.programs.programs import NoProgram, ProgramChanged, ProgramItem


def publish_version(program: Program, seen: int, action: StaffAction, *more: Write) -> ProgramItem:
    """Writes version `seen` + 1, its line in the audit log, and the writes in `more`. Then, if a
    store is connected, enqueues the job by which the stores follow the version.

    Raises `Unprocessable` for lint errors, `NotFound`, `PreconditionFailed` if `seen` is not the
    latest version, and `QueueRefused` if the version is written but the job is not enqueued.
    """
    refuse_lint_errors(program)
    before, after = {"version": seen}, {"version": seen + 1}
    audit_line = put_audit_line(action, {"program": program.id}, before, after)
    try:
        published = programs.publish(program, seen, action.at, audit_line, *more, by=action.actor)
    except NoProgram:
        raise unknown_program(program.id) from None
    except ProgramChanged as changed:
        detail = (
            f"The latest version is {changed.current}, not {seen}. Fetch it and apply your "
            "changes to it."
        )
        raise PreconditionFailed("version_conflict", detail, current=changed.current) from None
    if list_connections():
        CODES.enqueue([FollowProgram(time=action.at)])
    return published


def refuse_lint_errors(program: Program) -> None:
    """Raises `Unprocessable` with all findings if one of them is an error."""
    findings = lint(program)
    faults = [
        FieldError(finding.field, finding.text) for finding in findings if finding.severity == ERROR
    ]
    if faults:
        detail = (
            "The program contradicts itself or gives away more than it earns. Correct the "
            "errors in findings."
        )
        documents = [finding.document() for finding in findings]
        raise Unprocessable("lint_error", detail, faults, findings=documents)


def unknown_program(program_id: str, version: int | None = None) -> NotFound:
    if version:
        return NotFound("unknown_version", f"Program {program_id!r} has no version {version}.")
    return NotFound(
        "unknown_program", f"There is no program {program_id!r}. GET /v1/programs lists them."
    )
