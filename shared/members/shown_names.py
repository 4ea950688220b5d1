"""The names in one member's history, for the member and for the shop (specification:
friends-shown-as).
"""

from collections.abc import Collection, Iterable

from shared.domain.ledger.entry import Entry
from shared.domain.members.names import Names
from shared.domain.members.shown_friend import MASK, mask_login, show_friend
from shared.members.profile import Profile, load_names


class ShownNames(Names):
    """Names as the member `own` may see them. Ids of other members are replaced by the name.

    The member's friends are shown as the program says, other people by their masked logins.
    """

    def __init__(self, names: Names, own: str, friends: Collection[str], shown_as: str):
        super().__init__(names.members.values())
        self.own = own
        self.friends = friends
        self.shown_as = shown_as

    def public(self, member_id: str | None) -> str | None:
        if member_id is None or member_id == self.own:
            return super().public(member_id)
        return self.login(member_id)

    def login(self, member_id: str) -> str:
        member = self.members.get(member_id)
        if member_id == self.own:
            return super().login(member_id)
        if member_id in self.friends:
            return show_friend(member, self.shown_as) or MASK
        return mask_login(member.login if member else None) or MASK


def load_all_names(profile: Profile, entries: Iterable[Entry]) -> Names:
    """The names in a member's history as the shop and its staff see them."""
    loaded = load_names(entries, profile.member.id)
    return Names(profile.names.members.values(), loaded.members.values())


def load_shown_names(profile: Profile, entries: Collection[Entry]) -> ShownNames:
    """The names in a member's history as the member sees them."""
    friends = {entry.reason["inputs"].get("friend") for entry in entries}
    return ShownNames(
        load_all_names(profile, entries),
        profile.member.id,
        {friend for friend in friends if friend},
        profile.program.friends_shown_as,
    )
