"""Staff puts an advocate into a group of their own, or takes them out; it moves no past order (design, section 3)."""

from dataclasses import replace

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.programs.program import Program
from shared.domain.staff_action import StaffAction
from shared.members.profile import profile
from shared.problem import member_erased
from shared.store import engine
from shared.store.attributions import members
from shared.store.programs.audit_log import put_audit_line


def assign(member_id: str, group: str | None, act: StaffAction) -> None:
    """Raises `NotFound`, `InvalidDocument` for a group that staff does not fill."""
    engine.retrying(lambda: _assign(member_id, group, act))


def _assign(member_id: str, group: str | None, act: StaffAction) -> None:
    found = profile(member_id)
    _check(found.program, group)
    if found.member.erased:
        raise member_erased()
    if found.member.group == group:
        return
    after = replace(found.member, group=group)
    told = put_audit_line(
        act, {"member": after.public_id}, {"group": found.member.group}, {"group": group}
    )
    engine.write([members.put_member(after), told])


def _check(program: Program, group: str | None) -> None:
    named = program.group_named(group)
    if group is None or (named and named.assigned):
        return
    by_hand = ", ".join(repr(group.id) for group in program.groups if group.assigned) or "none"
    raise InvalidDocument(
        [
            FieldError(
                "group",
                f"must be null or a group that staff puts members into; the program has: {by_hand}",
            )
        ]
    )
