"""Names of members for output: ids and logins that the shop knows."""

from collections.abc import Iterable

from shared.domain.members.member import Member


class Names:
    """Looks up the public ids and logins of members by their internal ids."""

    def __init__(self, *members: Iterable[Member]):
        self.members = {member.id: member for group in members for member in group}

    def public(self, member_id: str | None) -> str | None:
        """The public id of a member; the given id itself if the member is unknown, and `None` for
        `None`.
        """
        member = self.members.get(member_id) if member_id else None
        return member.public_id if member else member_id

    def login(self, member_id: str) -> str:
        """The login of a member, or the public id if there is no login. The id itself is returned
        if the member is unknown.
        """
        member = self.members.get(member_id)
        return (member.login or member.public_id) if member else member_id

    @property
    def logins(self) -> dict[str, str]:
        """The login of each member by public id; the public id itself if there is no login."""
        return {
            member.public_id: member.login or member.public_id for member in self.members.values()
        }
