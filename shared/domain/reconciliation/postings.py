"""Compares the stored postings: both accounts of each entry, and the sums of accounts
(specification: verify).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from shared.domain.ledger.entry import BONUS_COSTS, REDEMPTIONS, Posting, credit_account
from shared.domain.ledger.owner import Owner
from shared.domain.reconciliation.books import BookedEntry, Difference, LedgerBooks
from shared.domain.rewards.reward import FRIEND_BONUS

type Sums = Counter[tuple[str, str]]
"""Debits less credits, by currency and account."""


def compare_accounts_of_entries(
    owner: Owner, history: Sequence[BookedEntry], postings: Mapping[int, Posting]
) -> Iterator[Difference]:
    """Compares the accounts that were stored with each entry with the accounts that its kind
    requires.
    """
    for entry, _ in history:
        found = postings.get(entry.sequence)
        if found != entry.posting:
            yield Difference(
                "accounts of an entry",
                f"{owner}/{entry.sequence}",
                list(entry.posting),
                list(found or ()),
            )


def compare_books(books: LedgerBooks) -> Iterator[Difference]:
    """Compares the sums of the postings: they must match the balances and the credit spent on
    orders, and must add up to 0.
    """
    sums = _sums(books)
    yield from _compare_zero(sums)
    for owner, account in books.accounts.items():
        owed = -sums[owner.currency, credit_account(owner.member)]
        if owed != account.balance:
            yield Difference("credit in the books", str(owner), account.balance, owed)
    yield from _compare_redemptions(books, sums)
    yield from _compare_bonuses(books)


def _sums(books: LedgerBooks) -> Sums:
    sums: Sums = Counter()
    for postings in books.postings.values():
        for debit, credit, amount, currency in postings.values():
            sums[currency, debit] += amount
            sums[currency, credit] -= amount
    return sums


def _compare_zero(sums: Sums) -> Iterator[Difference]:
    totals: Counter[str] = Counter()
    for (currency, _), amount in sums.items():
        totals[currency] += amount
    for currency, total in sorted(totals.items()):
        if total:
            yield Difference("accounts of a currency", currency, 0, total)


def _compare_redemptions(books: LedgerBooks, sums: Sums) -> Iterator[Difference]:
    """Compares the clearing account of redemptions with the credit captured for orders, less what
    came back.
    """
    spent: Counter[str] = Counter()
    for credit in books.credits.values():
        for payer in credit.payers:
            spent[payer.owner.currency] += payer.captured - payer.returned
    booked = {currency for currency, account in sums if account == REDEMPTIONS}
    for currency in sorted({*spent, *booked}):
        found = -sums[currency, REDEMPTIONS]
        if found != spent[currency]:
            yield Difference("credit spent on orders", currency, spent[currency], found)


def _compare_bonuses(books: LedgerBooks) -> Iterator[Difference]:
    """Compares, for each order, the postings on the account of friends' bonuses with the bonus that
    the order has posted.
    """
    booked: Counter[str] = Counter()
    for owner, history in books.entries.items():
        for entry, _ in history:
            posting = books.postings[owner].get(entry.sequence)
            if posting and BONUS_COSTS in posting:
                booked[entry.order or ""] += entry.amount
    for order_id, order in books.orders.items():
        posted = sum(one.posted for one in order.posted.rewards if one.code == FRIEND_BONUS)
        if booked[order_id] != posted:
            yield Difference("friend's bonus in the books", order_id, posted, booked[order_id])
