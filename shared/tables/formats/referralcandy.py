"""ReferralCandy's advocates and referrals. Its exports are sent by mail and are not documented, so
columns are recognised by the names that its pages and its API use.

A member is found by the e-mail address until the shop sends an id. If no column has the code, it is
the last part of the referral link.
"""

from collections.abc import Callable

from shared.tables.table import (
    BALANCES,
    MEMBERS,
    ORDERS,
    Cells,
    ImportRow,
    ReadLine,
    Sums,
    TableFormat,
)

EMAILS = ("email", "email address", "advocate email", "referrer email")
ADVOCATE_EMAILS = ("advocate email", "referrer email")
FRIENDS = ("friend email", "referred email", "referee email", "customer email")
CODES = ("referral code", "friend offer code", "coupon code", "code")
LINKS = ("referral link", "referral url", "link")
JOINED = ("signed up at", "date joined", "joined at", "created at", "date")
REWARDS = ("unclaimed rewards", "pending rewards", "reward balance", "reward amount", "reward")
SUMS = ("purchase amount", "order amount", "invoice amount", "purchase total")
ORDER_IDS = ("order id", "order number", "external reference id", "purchase id")
OWED = {"", "pending", "unpaid", "unclaimed", "approved", "confirmed"}


def read_advocate(cells: Cells) -> ImportRow:
    email = cells.name(*EMAILS)
    name = cells.first("name") or f"{cells.first('first name')} {cells.first('last name')}"
    return cells.filled(
        {
            "id": cells.name_if_any("customer id") or email,
            "login": email,
            "email": email,
            "name": name.strip(),
            "own_code": cells.name_if_any(*CODES) or _end_of(cells.first(*LINKS)),
            "referrer_login": cells.first("referred by", "referrer email"),
            "signed_up_at": cells.instant(*JOINED),
        }
    )


def _end_of(link: str) -> str:
    return link.partition("?")[0].rstrip("/").rpartition("/")[2]


def read_friend(cells: Cells) -> ImportRow:
    """A friend and their advocate. The friend's orders are imported from the table of orders."""
    email = cells.name(*FRIENDS)
    return cells.filled(
        {
            "id": email,
            "login": email,
            "email": email,
            "name": cells.first("friend name"),
            "referrer_login": cells.name(*ADVOCATE_EMAILS),
            "signed_up_at": cells.instant("purchase date", "referral date", "date"),
        }
    )


def read_purchase(cells: Cells) -> ImportRow:
    currency, at = cells.currency("currency"), cells.instant("purchase date", "date")
    if at is None:
        raise ValueError("the line has no Purchase Date")
    cells.need(*SUMS)
    return {
        "id": cells.name(*ORDER_IDS),
        "customer": {"email": cells.name(*FRIENDS)},
        "status": "completed",
        "placed_at": at,
        "paid_at": at,
        "completed_at": at,
        "currency": currency,
        "items_total": cells.amount(currency, *SUMS),
    }


def read_balance(cells: Cells) -> ImportRow | None:
    currency = cells.currency("currency")
    amount = cells.amount(currency, *REWARDS)
    member = cells.name_if_any("customer id") or cells.name(*EMAILS)
    return {"member": member, "amount": amount, "currency": currency} if amount else None


def gather_rewards() -> tuple[Callable[[Cells], None], ReadLine]:
    """Two functions: the first adds up the amounts owed to each advocate, the second returns the
    sum with the advocate's first line.
    """
    owed = Sums()

    def note(cells: Cells) -> None:
        if _is_owed(cells):
            owed.add(cells.name(*ADVOCATE_EMAILS), lambda: _reward(cells))

    def read(cells: Cells) -> ImportRow | None:
        _reward(cells)
        member, currency = cells.name(*ADVOCATE_EMAILS), cells.currency("currency")
        amount = owed.take(member)
        return {"member": member, "amount": amount, "currency": currency} if amount else None

    return note, read


def _reward(cells: Cells) -> int:
    return cells.amount(cells.currency("currency"), *REWARDS)


def _is_owed(cells: Cells) -> bool:
    return cells.first("reward status", "status").lower() in OWED


ADVOCATES, REFERRALS = "ReferralCandy's advocates", "ReferralCandy's referrals"
_ADVOCATE = frozenset({"first name", "email", "referral link"})
_REFERRAL = frozenset({"advocate email", "friend email"})

FORMATS = (
    TableFormat(ADVOCATES, MEMBERS, _ADVOCATE, read_advocate),
    TableFormat(ADVOCATES, BALANCES, _ADVOCATE, read_balance),
    TableFormat(REFERRALS, MEMBERS, _REFERRAL, read_friend),
    TableFormat(REFERRALS, ORDERS, _REFERRAL, read_purchase),
    TableFormat(REFERRALS, BALANCES, _REFERRAL, lambda cells: None, gather_rewards),
)
