"""Staff assigns an advocate to a group (specification: group-assigned). Past orders do not change."""

from dataclasses import replace

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.programs.program import Program
from shared.domain.staff_action import StaffAction
from shared.members.profile import load_profile
from shared.problem import member_erased
from shared.store import engine
from shared.store.attributions.directory import change_member
from shared.store.programs.audit_log import put_audit_line


def assign_group(member_id: str, group: str | None, action: StaffAction) -> None:
    """Assigns a member to a group; `None` takes the member out of their group.

    Raises `NotFound`, `Conflict` for an erased member, and `InvalidDocument` for a group that does
    not exist or that advocates reach by volume.
    """
    engine.retrying(lambda: _assign(member_id, group, action))


def _assign(member_id: str, group: str | None, action: StaffAction) -> None:
    profile = load_profile(member_id)
    _check(profile.program, group)
    if profile.member.erased:
        raise member_erased()
    if profile.member.group == group:
        return
    after = replace(profile.member, group=group)
    audit_line = put_audit_line(
        action, {"member": after.public_id}, {"group": profile.member.group}, {"group": group}
    )
    engine.write([*change_member(profile.member, after), audit_line])


def _check(program: Program, group: str | None) -> None:
    named = program.group_named(group)
    if group is None or (named and named.assigned):
        return
    by_hand = ", ".join(repr(group.id) for group in program.groups if group.assigned) or "none"
    raise InvalidDocument(
        [
            FieldError(
                "group",
                f"must be null or a group that is assigned by staff; this program has: {by_hand}",
            )
        ]
    )
