"""The lots of whoever was rewarded, with what became of their credit after a merge."""

from collections.abc import Mapping

from shared.domain.ledger.lots import Lots, lots_of
from shared.domain.ledger.owner import Owner
from shared.domain.members.one_person import list_others
from shared.store.ledger.accounts import all_entries


def lots_of_reward(owner: Owner, merged: Mapping[str, str]) -> Lots:
    """The lots of an account, from its whole history. If the member is closed, they also say what
    expired of the member's rewards after their credit had moved.

    `merged` has the member who goes on by closed member.
    """
    lots = lots_of(all_entries(*owner))
    others = list_others(owner.member, merged)
    lots.add_lapses(lots_of(all_entries(other, owner.currency)) for other in others)
    return lots
