"""Compares the credit of orders with their entries and with what is due (specification: verify)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from shared.domain.ledger.entry import CAPTURE, RETURN
from shared.domain.ledger.order_credit import OrderCredit, return_deltas
from shared.domain.ledger.owner import Owner
from shared.domain.orders.facts import OrderFacts
from shared.domain.reconciliation.books import Difference, LedgerBooks

type CreditSums = dict[str, dict[Owner, list[int]]]
"""By order and owner: a list of what was captured and what came back."""


def compare_credit(books: LedgerBooks) -> Iterator[Difference]:
    """The differences between the credit stored with each order, its entries, and what must come
    back.
    """
    entries = _sums_of_entries(books)
    for order in sorted({*entries, *books.credits}):
        credit = books.credits.get(order) or OrderCredit(order)
        booked = books.orders.get(order)
        facts = booked.facts if booked else OrderFacts(order)
        yield from _compare_with_entries(credit, entries.get(order, {}))
        for delta in return_deltas(facts, credit):
            yield Difference("credit to return", f"{order}/{delta.payer.owner}", 0, delta.amount)
        if facts.cancelled and credit.holds:
            yield Difference("open holds of a cancelled order", order, [], sorted(credit.holds))


def _sums_of_entries(books: LedgerBooks) -> CreditSums:
    sums: defaultdict[str, dict[Owner, list[int]]] = defaultdict(dict)
    for owner, history in books.entries.items():
        for entry, _ in history:
            if entry.kind in (CAPTURE, RETURN):
                amounts = sums[entry.order or ""].setdefault(owner, [0, 0])
                amounts[entry.kind == RETURN] += entry.amount
    return dict(sums)


def _compare_with_entries(
    credit: OrderCredit, entries: Mapping[Owner, list[int]]
) -> Iterator[Difference]:
    expected = {str(owner): [-captured, back] for owner, (captured, back) in entries.items()}
    found = {str(payer.owner): [payer.captured, payer.returned] for payer in credit.payers}
    if expected != found:
        yield Difference("credit of an order and its entries", credit.order, expected, found)
