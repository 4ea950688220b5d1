"""What people outside call members."""

from collections.abc import Iterable

from shared.domain.members.member import Member


class Names:
    """The ids and logins by which people outside know members, looked up by internal id."""

    def __init__(self, *members: Iterable[Member]):
        self.members = {member.id: member for group in members for member in group}

    def public(self, member_id: str | None) -> str | None:
        """The id that the shop knows; an unknown member's id as it is."""
        member = self.members.get(member_id) if member_id else None
        return member.public_id if member else member_id

    def login(self, member_id: str) -> str:
        """The login, or the public id of a member without one."""
        member = self.members.get(member_id)
        return (member.login or member.public_id) if member else member_id

    @property
    def logins(self) -> dict[str, str]:
        """Logins by public id; the id itself where a member has no login."""
        return {
            member.public_id: member.login or member.public_id for member in self.members.values()
        }
