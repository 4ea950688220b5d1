"""What people outside call members."""

from collections.abc import Iterable

from shared.domain.members.member import Member


class Names:
    """Members by internal id: the ids and logins that people outside know them by."""

    def __init__(self, *members: Iterable[Member]):
        self.members = {member.id: member for some in members for member in some}

    def public(self, member_id: str | None) -> str | None:
        member = self.members.get(member_id)
        return member.public_id if member else member_id

    def login(self, member_id: str) -> str:
        member = self.members.get(member_id)
        return (member.login if member else None) or self.public(member_id)

    @property
    def logins(self) -> dict[str, str]:
        """By the ids that people know; the id itself where somebody has no login."""
        return {
            member.public_id: member.login or member.public_id for member in self.members.values()
        }
