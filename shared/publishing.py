"""The next version of a program: what lint calls an error is refused, and so is what was written on top of an older one."""

from shared.domain.document import FieldError
from shared.domain.lint.findings import ERROR, Finding, lint
from shared.domain.programs.program import Program
from shared.domain.staff_action import StaffAction
from shared.problem import NotFound, PreconditionFailed, Unprocessable
from shared.store.engine import Write
from shared.store.programs import programs
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.programs import NoProgram, ProgramChanged, ProgramItem


def publish_version(program: Program, seen: int, act: StaffAction, *also: Write) -> ProgramItem:
    """Version `seen` + 1, written with its line in the audit and `also`.

    Raises `Unprocessable` for lint errors, `NotFound`, and `PreconditionFailed` where `seen` is not the latest.
    """
    refuse_lint_errors(program)
    told = put_audit_line(act, {"program": program.id}, {"version": seen}, {"version": seen + 1})
    try:
        return programs.publish(program, seen, act.at, told, *also, by=act.actor)
    except NoProgram:
        raise unknown_program(program.id) from None
    except ProgramChanged as changed:
        detail = f"The latest version is {changed.current}, not {seen}; look at it and send your changes on top of it."
        raise PreconditionFailed("version_conflict", detail, current=changed.current) from None


def refuse_lint_errors(program: Program) -> None:
    """Raises `Unprocessable` with every finding, the errors by their fields."""
    findings = lint(program)
    errors = [finding for finding in findings if finding.severity == ERROR]
    if errors:
        detail = "The program contradicts itself or gives away more than it earns; correct what findings name."
        raise Unprocessable(
            "lint_error",
            detail,
            _faults(errors),
            findings=[finding.document() for finding in findings],
        )


def unknown_program(program_id: str, version: int | None = None) -> NotFound:
    if version:
        return NotFound(
            "unknown_version", f"There is no version {version} of a program {program_id!r}."
        )
    return NotFound(
        "unknown_program", f"There is no program {program_id!r}; GET /v1/programs lists them."
    )


def _faults(errors: list[Finding]) -> list[FieldError]:
    return [FieldError(finding.field, finding.text) for finding in errors]
