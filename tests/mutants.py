"""`python -m tests.mutants`: guards of the money switched off, one at a time, in a copy of the tree; the tests must notice each.

Prints a table. Ends with 1 where a mutant survives, with 2 where a guard is not where the table says or the tests fail without a mutant.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "results", "build")
FAILED = 1
LONGEST_RUN_SECONDS = 900


class Mutant(NamedTuple):
    """`was` stands once in the file; the tests are those that ask what the guard is for."""

    guard: str
    file: str
    was: str
    becomes: str
    tests: str


GUARDS, RULES, LIVE = "tests/store/test_guards.py", "tests/domain/test_rules.py", "tests/test_telling.py"
SPENDING, SIGNATURES, BLOCKING = "tests/test_spending.py", "tests/webhooks/test_signature.py", "tests/test_blocking.py"
TRUST = "tests/domain/test_trust.py"
MUTANTS = (
    Mutant(
        "reviews: what is held has no date",
        "shared/domain/ledger.py",
        "first = None if held else matures",
        "first = matures",
        TRUST,
    ),
    Mutant(
        "reviews: what was under review is nobody's to spend",
        "shared/domain/lots.py",
        "if entry.under_review:",
        "if False:",
        TRUST,
    ),
    Mutant(
        "reviews: what a program refuses is refused",
        "shared/domain/evaluation.py",
        "(None if terms.verdict else worst(signals, program.review, REFUSE))",
        "None",
        TRUST,
    ),
    Mutant(
        "reviews: a verdict is final",
        "shared/reviewing.py",
        "if before != verdict:",
        "if False:",
        "tests/test_reviewing.py::TestApproved",
    ),
    Mutant(
        "facts: the order is as read",
        "shared/store/orders.py",
        "return Write(item, _as_read(after))",
        "return Write(item)",
        f"{GUARDS}::test_a_refund_that_comes_between_is_not_forgotten",
    ),
    Mutant(
        "facts: a merge finds the order as read",
        "shared/posting.py",
        "found += [order_as_read(merged_into)] if merged_into else []",
        "found += []",
        "tests/store/test_merging_orders.py",
    ),
    Mutant(
        "balances: the account is as read",
        "shared/store/accounts.py",
        "return Write(item, unchanged)",
        "return Write(item)",
        f"{GUARDS}::test_volume_that_comes_between_counts",
    ),
    Mutant(
        "entries: put only where there is none",
        "shared/store/accounts.py",
        "return Write(item, EntryItem.pk.does_not_exist())",
        "return Write(item)",
        f"{GUARDS}::test_what_is_there_is_never_written_over",
    ),
    Mutant(
        "purchases: a friend's are as read",
        "shared/store/purchases.py",
        "return Write(item, unchanged)",
        "return Write(item)",
        f"{GUARDS}::test_a_payment_that_comes_between_counts",
    ),
    Mutant(
        "holds: the hold is as read",
        "shared/store/holds.py",
        "return Write(item, HoldItem.revision == after.revision if after.revision else HoldItem.pk.does_not_exist())",
        "return Write(item)",
        f"{GUARDS}::test_a_hold_and_an_account_are_written_only_over_what_was_read",
    ),
    Mutant(
        "holds: what paid an order is as read",
        "shared/store/holds.py",
        "return Write(item, SpentItem.revision == revision if before else SpentItem.pk.does_not_exist())",
        "return Write(item)",
        f"{GUARDS}::test_the_second_of_two_who_pay_one_order_is_not_forgotten",
    ),
    Mutant(
        "holds: an order is undone knowing what paid it",
        "shared/posting.py",
        "found.append(spent_as_read(sale.order.id, sale.spent_revision))",
        "pass",
        f"{GUARDS}::test_credit_captured_while_its_order_is_cancelled_comes_back",
    ),
    Mutant(
        "holds: a capture finds its order as read",
        "shared/spending.py",
        "put_entry(entry, None), paid, _as_read(hold, order)])",
        "put_entry(entry, None), paid])",
        f"{GUARDS}::test_an_order_changed_while_credit_is_captured_is_asked_again",
    ),
    Mutant(
        "holds: no more than is available",
        "shared/domain/wallet.py",
        "if hold.amount > available:",
        "if False:",
        SPENDING,
    ),
    Mutant(
        "holds: nothing above the hold is captured",
        "shared/domain/wallet.py",
        "if spent > hold.amount:",
        "if False:",
        SPENDING,
    ),
    Mutant(
        "holds: an ended one pays nothing",
        "shared/domain/wallet.py",
        "if hold.ends_at <= at:",
        "if False:",
        SPENDING,
    ),
    Mutant(
        "holds: only an open one is captured or let go",
        "shared/spending.py",
        "if hold.state != OPEN:",
        "if False:",
        SPENDING,
    ),
    Mutant(
        "holds: one key, one hold",
        "shared/spending.py",
        "if (hold.order, hold.amount) != (checkout.order, checkout.amount):",
        "if False:",
        SPENDING,
    ),
    Mutant(
        "holds: returned once",
        "shared/posting.py",
        "put_hold(replace(hold, returned=True))",
        "put_hold(hold)",
        SPENDING,
    ),
    Mutant(
        "orders: due less posted",
        "shared/domain/ledger.py",
        "return max(0, due - taken) - (posted - taken)",
        "return max(0, due - taken)",
        RULES,
    ),
    Mutant(
        "orders: what was taken lowers due for good",
        "shared/domain/ledger.py",
        "return max(0, due - taken) - (posted - taken)",
        "return due - (posted - taken)",
        RULES,
    ),
    Mutant(
        "caps: no more than the room",
        "shared/domain/reward.py",
        "if room is not None and amount > room:",
        "if False:",
        RULES,
    ),
    Mutant(
        "caps: the room now",
        "shared/domain/reward.py",
        "return frozen if frozen is None or now is None or frozen <= now else now",
        "return frozen",
        f"{GUARDS}::test_room_that_a_later_order_took_is_gone_when_the_refund_fails",
    ),
    Mutant(
        "caps: the room frozen with the terms",
        "shared/domain/reward.py",
        "return frozen if frozen is None or now is None or frozen <= now else now",
        "return frozen if frozen is None or now is None else now",
        f"{GUARDS}::test_room_that_a_refund_frees_is_open_to_later_orders_only",
    ),
    Mutant(
        "caps: room used is counted",
        "shared/posting.py",
        "account.used.get(window_of(cap), 0) + used.get(name, 0)}",
        "account.used.get(window_of(cap), 0)}",
        f"{LIVE}::TestAtOnce",
    ),
    Mutant(
        "payments: counted",
        "shared/posting.py",
        "sale.purchases.with_payments(decision.payments)",
        "sale.purchases",
        f"{LIVE}::TestAtOnce",
    ),
    Mutant(
        "payments: no more than the rule says",
        "shared/domain/reward.py",
        "terms.payments >= rules.total_payments",
        "False",
        RULES,
    ),
    Mutant(
        "versions: an order goes by the version of its terms",
        "shared/sale.py",
        "program=programs.version(program, sale.before.terms.version)",
        "program=program",
        f"{LIVE}::TestANewProgram",
    ),
    Mutant(
        "versions: one is put once",
        "shared/store/programs.py",
        "return Write(_item(key, program, at), ProgramItem.pk.does_not_exist())",
        "return Write(_item(key, program, at))",
        f"{GUARDS}::test_what_is_there_is_never_written_over",
    ),
    Mutant(
        "versions: published over the one that was seen",
        "shared/store/programs.py",
        "if latest.version != seen:",
        "if False:",
        f"{GUARDS}::test_of_two_who_publish_the_next_version_one_is_told",
    ),
    Mutant(
        "blocks: an order under way meets the block",
        "shared/posting.py",
        "if sale.stale:",
        "if False:",
        f"{GUARDS}::test_a_buyer_blocked_between_two_readings_earns_nothing",
    ),
    Mutant(
        "referrals: an order under way meets the end",
        "shared/sale.py",
        "return bool(edge and self.purchases and self.purchases.ended == edge.id)",
        "return False",
        f"{GUARDS}::test_a_referral_that_ends_between_two_readings_is_read_again",
    ),
    Mutant(
        "blocks: a blocked member spends nothing",
        "shared/spending.py",
        "if member.blocked or account.blocked_at:",
        "if False:",
        f"{BLOCKING}::test_what_is_available_can_be_spent_again_once_unblocked",
    ),
    Mutant(
        "adjustments: one key, one posting",
        "shared/store/adjustments.py",
        "return Write(item, AdjustmentItem.pk.does_not_exist())",
        "return Write(item)",
        f"{GUARDS}::test_what_is_there_is_never_written_over",
    ),
    Mutant(
        "referrals: ended once",
        "shared/store/referrals.py",
        "found = [Write(item, ReferralItem.ended_at.does_not_exist())]",
        "found = [Write(item)]",
        f"{GUARDS}::test_what_is_there_is_never_written_over",
    ),
    Mutant(
        "referrals: what is left to take is as read",
        "shared/store/referrals.py",
        "return Write(item, unchanged)",
        "return Write(item)",
        f"{GUARDS}::test_what_is_there_is_never_written_over",
    ),
    Mutant(
        "people: a member is as read",
        "shared/store/members.py",
        "return Write(item, unchanged)",
        "return Write(item)",
        f"{GUARDS}::test_what_is_there_is_never_written_over",
    ),
    Mutant(
        "people: a login is one member's",
        "shared/store/members.py",
        "return Write(item, PointerItem.pk.does_not_exist() | (PointerItem.member == member_id))",
        "return Write(item)",
        f"{GUARDS}::test_what_is_there_is_never_written_over",
    ),
    Mutant(
        "people: who recommends themselves earns nothing",
        "shared/domain/reward.py",
        "buyer.member == advocate.member or (buyer.email_hash and buyer.email_hash == advocate.email_hash)",
        "False",
        RULES,
    ),
    Mutant(
        "deliveries: the signature is compared",
        "shared/webhooks/signature.py",
        "if True not in matches:",
        "if False:",
        SIGNATURES,
    ),
    Mutant(
        "deliveries: an empty secret verifies nothing",
        "shared/webhooks/signature.py",
        'if not _PARTS.sub("", secret):\n        return []',
        "if False:\n        return []",
        SIGNATURES,
    ),
    Mutant(
        "deliveries: an old one is refused",
        "shared/webhooks/signature.py",
        "if abs(now - int(seconds)) > tolerance:",
        "if False:",
        SIGNATURES,
    ),
    Mutant(
        "requests: one Idempotency-Key, one request",
        "shared/store/idempotency.py",
        "write([Write(_item(key, fingerprint, now), unclaimed)])",
        "write([Write(_item(key, fingerprint, now))])",
        "tests/functions/test_idempotency.py",
    ),
    Mutant(
        "conflicts: a failed condition is read and decided again",
        "shared/store/engine.py",
        "return Conflict(failed) if failed or passing else None",
        "return Conflict(failed) if failed else None",
        "tests/store/test_faults.py::test_conflicts_in_a_fifth_of_the_transactions_lose_nothing",
    ),
    Mutant(
        "statements: put only where there is none",
        "shared/store/statements.py",
        "return Write(item, StatementItem.pk.does_not_exist())",
        "return Write(item)",
        "tests/store/test_settlement_guards.py",
    ),
    Mutant(
        "settlement: a page turned meanwhile issues nothing",
        "shared/settling.py",
        "_write_unless_turned([check_shard(shard), *writes])",
        "engine.write(writes)",
        "tests/functions/test_settle_month.py::test_whoever_turned_the_page_meanwhile_is_the_one_who_counts",
    ),
    Mutant(
        "settlement: runs and shards are as read",
        "shared/store/settlements.py",
        "return kind.revision == revision if revision else kind.pk.does_not_exist()",
        "return None",
        "tests/store/test_settlement_guards.py",
    ),
    Mutant(
        "settlement: a page that died counts what it had issued",
        "shared/settling.py",
        "return issued(outcome or self.last)",
        "return issued(outcome) if outcome else idle(Seen(*self.owner, 0, 0, self.settled))",
        "tests/functions/test_settle_month.py::test_a_page_that_died_before_it_was_counted_counts_what_it_had_issued",
    ),
    Mutant(
        "settlement: what is posted after the month is not in it",
        "shared/domain/statement.py",
        "month_of(entry.at, zone) <= month",
        "entry.at is not None",
        "tests/domain/test_statement.py",
    ),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("guards", nargs="*", metavar="WORD", help="only guards whose names hold one of these words")
    words = parser.parse_args().guards
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.guard for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        return _judged(copy, chosen)


def _judged(copy: Path, chosen: list[Mutant]) -> int:
    misplaced = [mutant.guard for mutant in chosen if (copy / mutant.file).read_text().count(mutant.was) != 1]
    if misplaced:
        print("not where the table says:", *misplaced, sep="\n  ", file=sys.stderr)
        return 2
    if not _hold(copy, sorted({test for mutant in chosen for test in mutant.tests.split()})):
        return 2
    survived = [mutant.guard for mutant in chosen if not _noticed(copy, mutant)]
    print(f"\n{len(chosen) - len(survived)} of {len(chosen)} guards are missed when they are gone")
    return 1 if survived else 0


def _hold(copy: Path, tests: list[str]) -> bool:
    found = _run(copy, tests)
    if found.returncode:
        print(f"the tests fail as they are:\n{found.stdout}", file=sys.stderr)
    return found.returncode == 0


def _noticed(copy: Path, mutant: Mutant) -> bool:
    place = copy / mutant.file
    text = place.read_text()
    place.write_text(text.replace(mutant.was, mutant.becomes))
    try:
        found = _run(copy, ["-x", *mutant.tests.split()])
    finally:
        place.write_text(text)
    noticed = found.returncode == FAILED
    print(f"{'noticed ' if noticed else 'SURVIVED'}  {mutant.guard:52}  {_witness(found.stdout)}", flush=True)
    return noticed


def _run(copy: Path, arguments: list[str]) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=line", *arguments]
    place = {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=copy, env=os.environ | place, capture_output=True, text=True, timeout=LONGEST_RUN_SECONDS)


def _witness(output: str) -> str:
    """The first test that noticed."""
    failures = [line.split(" - ")[0] for line in output.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failures[0].partition(" ")[2] if failures else output.strip().splitlines()[-1]


if __name__ == "__main__":
    sys.exit(main())
