"""Members, their entries and their balances as the API returns them."""

from collections.abc import Mapping
from datetime import datetime

from shared.api.shown import instant_or_none, shown_reason
from shared.domain.ledger.entry import Entry
from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.domain.members.names import Names
from shared.domain.programs.program import Program


def entry_answer(entry: Entry, names: Names) -> dict[str, object]:
    """One entry of a member's history."""
    reason = shown_reason(entry.reason, names)
    return {
        "id": f"{names.public(entry.member)}-{entry.currency}-{entry.sequence}",
        "at": instant_or_none(entry.at),
        "kind": entry.kind,
        "amount": entry.amount,
        "currency": entry.currency,
        "available_on": instant_or_none(entry.available_on),
        "order": entry.order,
        "text": reason["text"],
        "reason": reason,
        "balance_after": entry.balance_after,
    }


def member_answer(
    member: Member, account: Account, program: Program, base_url: str, names: Names
) -> dict[str, object]:
    """A member as `PUT` returns it. `group` is the id of the group that applies now."""
    group = program.group(member.group, account.volume)
    return {
        "id": member.public_id,
        "login": member.login,
        "code": member.code,
        "link": f"{base_url}/r/{member.code}" if member.code else None,
        "group": group.id if group else None,
        "referred_by": names.public(member.referral.advocate) if member.referral else None,
        "status": member.status,
        "balance": account.balance,
    }


def whole_member_answer(
    member: Member, account: Account, program: Program, base_url: str, names: Names
) -> dict[str, object]:
    """A member as `GET` returns it.

    It has the fields of `member_answer` and also the texts of the group, the volume, the member who
    goes on if this one is closed (`merged_into`), and
    `finishing`: `block` or `unblock` while one of them is still being carried out, and `None` after
    that.
    """
    group = program.group(member.group, account.volume)
    texts = (
        {"id": group.id, "name": group.name, "description": group.description} if group else None
    )
    answer = member_answer(member, account, program, base_url, names)
    return answer | {
        "group": texts,
        "volume": account.volume,
        "finishing": member.finishing,
        "merged_into": names.public(member.merged_into),
    }


def balance_answer(
    currency: str, available: int, held: int, waiting: Mapping[datetime | None, int]
) -> dict[str, object]:
    """The balance of one account in minor units: what is available, pending and held. `by_date`
    lists the pending credit by the date from which it is available.

    Credit under review has no date and comes last.
    """
    dates = sorted(waiting, key=lambda date: (date is None, date))
    return {
        "currency": currency,
        "available": available,
        "pending": sum(waiting.values()),
        "held": held,
        "by_date": [
            {"available_on": instant_or_none(date), "amount": waiting[date]} for date in dates
        ],
    }
