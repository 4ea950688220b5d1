"""AffiliateWP's exports of affiliates and of referrals, with the columns that its exporter writes.

The affiliates are the members. Their opening balance is in `Unpaid Earnings`, or is the sum of
their unpaid referrals, which is the same amount. The exporter writes no ids of WordPress, so the
e-mail address is the member's id; if the shop has added a column `User ID`, that is the id.
"""

from collections.abc import Callable

from shared.tables.table import BALANCES, MEMBERS, Cells, ImportRow, ReadLine, Sums, TableFormat

CODES = ("coupon code", "coupon", "coupons", "custom slug", "affiliate id", "affiliate_id")
"""The columns with an affiliate's code. Codes that people type are preferred to those that only
occur in links.
"""
EMAILS = ("email", "payment email")
COMING = {"pending", "rejected", "inactive"}


def read_affiliate(cells: Cells) -> ImportRow:
    _check_active(cells)
    name = cells.first("name") or f"{cells.first('first name')} {cells.first('last name')}"
    email = cells.name(*EMAILS)
    return cells.filled(
        {
            "id": cells.name_if_any("user id", "user_id") or email,
            "login": cells.first("username") or email,
            "email": email,
            "name": name.strip(),
            "own_code": cells.name(*CODES).split(",")[0].strip(),
            "signed_up_at": cells.instant("date registered", "registration date"),
        }
    )


def read_earnings(cells: Cells) -> ImportRow | None:
    """The amount that is still owed to an affiliate. `Earnings` have been paid already."""
    currency = cells.currency("currency")
    amount = cells.amount(currency, "unpaid earnings")
    if not amount:
        return None
    member = cells.name_if_any("user id", "user_id") or cells.name(*EMAILS)
    return {"member": member, "amount": amount, "currency": currency}


def gather_referrals() -> tuple[Callable[[Cells], None], ReadLine]:
    """Two functions: the first adds up the unpaid referrals of each affiliate, the second returns
    the sum with the affiliate's first line.
    """
    owed = Sums()

    def note(cells: Cells) -> None:
        if cells.first("status").lower() == "unpaid":
            owed.add(cells.name(*EMAILS), lambda: _amount(cells))

    def read(cells: Cells) -> ImportRow | None:
        if cells.first("status").lower() != "unpaid":
            return None
        _amount(cells)
        member, currency = cells.name(*EMAILS), cells.currency("currency")
        amount = owed.take(member)
        return {"member": member, "amount": amount, "currency": currency} if amount else None

    return note, read


def _amount(cells: Cells) -> int:
    return cells.amount(cells.currency("currency"), "amount")


def _check_active(cells: Cells) -> None:
    status = cells.first("status").lower()
    if status in COMING:
        raise ValueError(f"the affiliate is {status} there")


FORMATS = (
    TableFormat(
        "AffiliateWP's affiliates",
        MEMBERS,
        frozenset({"affiliate id", "email", "username", "rate", "status"}),
        read_affiliate,
    ),
    TableFormat(
        "AffiliateWP's affiliates",
        BALANCES,
        frozenset({"affiliate id", "email", "unpaid earnings"}),
        read_earnings,
    ),
    TableFormat(
        "AffiliateWP's referrals",
        BALANCES,
        frozenset({"affiliate id", "email", "amount", "reference", "status"}),
        lambda cells: None,
        gather_referrals,
    ),
)
