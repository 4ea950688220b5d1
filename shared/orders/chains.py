"""The advocates above a buyer, as far as a program rewards them (specification: chain)."""

from collections.abc import Sequence

from shared.domain.members.evidence import Evidence, find_winner
from shared.domain.members.member import Member
from shared.domain.programs.program import Program
from shared.orders import attribution
from shared.store.reading import Reading


def load_chain(
    reading: Reading, buyer: Member, program: Program, evidence: Sequence[Evidence]
) -> list[Member]:
    """The advocates above a buyer, nearest first, as many as the program rewards.

    One request if the stored upline is still right. If the buyer used their own code, the chain has
    only the buyer.
    """
    won = find_winner(evidence)
    own_code = buyer.id if won and won.advocate == buyer.id else None
    next_id = buyer.referral.advocate if buyer.referral else own_code
    reading.fetch(*attribution.member_keys(buyer.upline[: program.depth()]))
    chain: list[Member] = []
    while next_id and len(chain) < max(program.depth(), 1):
        advocate = attribution.find_current_member(reading, next_id)
        if advocate is None or advocate in chain:
            break
        chain.append(advocate)
        if advocate.referral is None or advocate.id == buyer.id:
            break
        next_id = advocate.referral.advocate
    return chain
