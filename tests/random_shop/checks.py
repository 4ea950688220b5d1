"""What holds of any shop at any time: the ledger, the books, the months, and the backtest."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from functions import serve_journal, serve_settlements
from shared.backtest.history import parse_event
from shared.backtest.result import run_backtest
from shared.domain.instants import instant_text, parse_instant
from shared.domain.ledger.entry import CAPTURE, CLAWBACK, EXPIRY, FORFEIT, RETURN, REWARD
from shared.domain.ledger.transfers import amounts_to_move
from shared.domain.members.member import GUEST
from shared.domain.month import month_end
from shared.domain.programs.program_document import parse_program
from shared.domain.reconciliation.books import LedgerBooks
from shared.domain.reconciliation.differences import list_differences
from shared.journal.books import list_lines_between
from shared.members.profile import load_profile
from shared.orders.evaluate import find_order
from shared.store.ledger.accounts import all_entries, list_accounts
from shared.store.ledger.merges import list_merged
from shared.store.reconciliation import read_books
from tests.random_shop.recorded import Family
from tests.random_shop.shop import RandomShop
from tests.support.http_events import STAFF, send

FIGURES = {
    "earned": (REWARD, 1),
    "clawed_back": (CLAWBACK, -1),
    "forfeited": (FORFEIT, -1),
    "redeemed": (CAPTURE, -1),
    "returned": (RETURN, 1),
    "expired": (EXPIRY, -1),
}
type Sums = dict[tuple[str, str], int]
"""Debits less credits by currency and account, without what is 0."""


def list_faults(shop: RandomShop) -> Iterator[str]:
    """Everything that is not as it must be; the shop must be at rest."""
    yield from shop.wrong
    for message in shop.messages.dead:
        yield f"a dead letter: {message.body}"
    books = read_books()
    shop.counts["entries"] = sum(map(len, books.entries.values()))
    for difference in list_differences(books):
        yield f"verify: {difference}"
    yield from _compare_journal(shop, books)
    yield from _compare_months(shop, books)
    yield from _compare_statements(books)
    yield from _compare_merges(shop)
    for family in shop.families.values():
        yield from compare_with_backtest(family)


def _compare_journal(shop: RandomShop, books: LedgerBooks) -> Iterator[str]:
    """Every account of the journal is what the entries' own accounts add up to; they sum to 0."""
    expected = Counter[tuple[str, str]]()
    for postings in books.postings.values():
        for debit, credit, amount, currency in postings.values():
            expected[currency, debit] += amount
            expected[currency, credit] -= amount
    rows = _journal(shop)
    found = {(row["currency"], row["account"]): row["closing"] for row in rows if row["closing"]}
    public = {(place[0], _public(place[1])): sum_ for place, sum_ in expected.items() if sum_}
    if found != public:
        wrong = {place for place in {*found, *public} if found.get(place) != public.get(place)}
        yield f"journal: {[(place, found.get(place), public.get(place)) for place in wrong][:9]}"
    for currency in {row["currency"] for row in rows}:
        if total := sum(row["closing"] for row in rows if row["currency"] == currency):
            yield f"the accounts of {currency} in the journal add up to {total}"


def _public(account: str) -> str:
    """An account as it is shown: a guest who registered later has the shop's id."""
    kind, _, guest = account.partition(f":{GUEST}")
    return f"{kind}:{load_profile(GUEST + guest).member.public_id}" if guest else account


def _journal(shop: RandomShop, **query: str) -> list[dict]:
    query = {"limit": "1"} | query
    return send(
        serve_journal.handler, "GET /v1/journal", query=query, caller=STAFF, at=shop.now()
    ).body["accounts"]


def _compare_months(shop: RandomShop, books: LedgerBooks) -> Iterator[str]:
    """Each month of the shop opens where the one before closed, and closes at what was owed."""
    runs = [_run(row["month"]) for row in _listed() if row["state"] == "closed"]
    shop.counts["months closed"] = len(runs)
    for before, after in pairwise(sorted(runs, key=lambda run: run["month"])):
        if _ends(before, "closing") != _ends(after, "opening"):
            yield f"months do not chain: {before['shop']} {after['shop']}"
    for run in runs:
        if run["members"]["failed"] or run["difference"]:
            yield f"a month that failed: {run}"
    for run in runs[:2]:
        yield from _compare_owed(shop, books, run)


def _compare_owed(shop: RandomShop, books: LedgerBooks, run: dict) -> Iterator[str]:
    """What the journal owed at the month's end, with what came late and still into the month.

    The journal has news that are more than an hour late where they were written, the settlement
    in their own month while that is open (decision 151).
    """
    owed = Counter[str]()
    end = month_end(run["month"], run["time_zone"])
    for row in _journal(shop, until=instant_text(end)):
        if row["account"].startswith("liability:"):
            owed[row["currency"]] -= row["closing"]
    for line in list_lines_between(end, None):
        owner = line.amount.owner
        months = [one for one in books.statements.get(owner, ()) if one.month <= run["month"]]
        if line.sequence <= max((one.last for one in months), default=0):
            owed[owner.currency] += line.amount.amount
    owed = {currency: amount for currency, amount in owed.items() if amount}
    if owed != _ends(run, "closing"):
        yield f"{run['month']} closed at {run['shop']}, and the books owed {owed}"


def _listed() -> list[dict]:
    route = "GET /v1/settlements"
    return send(serve_settlements.handler, route, query={"limit": "100"}, caller=STAFF).body[
        "items"
    ]


def _run(month: str) -> dict:
    route = "GET /v1/settlements/{month}"
    return send(serve_settlements.handler, route, path={"month": month}, caller=STAFF).body


def _ends(run: dict, end: str) -> dict[str, int]:
    return {row["currency"]: row[end] for row in run["shop"] if row[end]}


def _compare_statements(books: LedgerBooks) -> Iterator[str]:
    """Each statement adds up and opens where the one before closed."""
    for owner, statements in books.statements.items():
        statements.sort(key=lambda statement: statement.month)
        closing = 0
        for statement in statements:
            if statement.figures.opening != closing or statement.figures.difference:
                yield f"statement {owner}/{statement.month}: {statement.figures}"
            closing = statement.figures.closing


def _compare_merges(shop: RandomShop) -> Iterator[str]:
    """A closed member keeps nothing that could move, until the next night if a hold ended by itself."""
    merged = list_merged()
    shop.counts["members merged"] = len(merged)
    for closed, kept in merged.items():
        for account in list_accounts(closed):
            left = {} if account.holds else amounts_to_move(account, shop.now())
            if left or account.volume:
                yield f"{closed}, who is {kept} now, keeps {left}, volume {account.volume}"


def compare_with_backtest(family: Family) -> Iterator[str]:
    """A family's members and orders live, against a backtest of its history."""
    program = parse_program(family.document)
    told = run_backtest(program, map(parse_event, family.lines))
    for name, row in told["members"].items():
        profile = load_profile(name)
        live = _figures(profile.member.id) | {
            "balance": profile.account.balance,
            "volume": profile.account.volume,
        }
        if live != {figure: row[figure] for figure in live}:
            yield f"{name} live {live}, backtest {row}"
    rewards = sorted(
        (row["order"], row["member"], row["level"], row["code"], row["amount"])
        for row in told["rewards"]
    )
    live_rewards = _live_rewards(family)
    if live_rewards != rewards:
        yield f"rewards only live {sorted({*live_rewards} - {*rewards})}"
        yield f"rewards only in the backtest {sorted({*rewards} - {*live_rewards})}"


def _figures(member: str) -> dict[str, int]:
    entries = list(all_entries(member, "EUR"))
    return {
        figure: sign * sum(entry.amount for entry in entries if entry.kind == kind)
        for figure, (kind, sign) in FIGURES.items()
    }


def _live_rewards(family: Family) -> list[tuple]:
    names = {line["order"]["id"] for line in family.lines if line["type"] == "order"}
    at = max(line["at"] for line in family.lines)
    found = []
    for name in names:
        for row in _posted(name, at):
            if row.net:
                found.append((name, row.member, row.level, row.code, row.net))
    return sorted(found)


def _posted(name: str, at: str) -> tuple:
    evaluation = find_order(name, parse_instant(at))
    return evaluation.context.known.posted.rewards if evaluation else ()
