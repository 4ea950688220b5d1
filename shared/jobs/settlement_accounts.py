"""Closes the month of one account: what is read, its statement, and what it adds to the run's
totals.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.domain.ledger.ledger import Account, LastStatement
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.settlement import (
    AccountSummary,
    SettlementCounts,
    SettlementRun,
    idle_counts,
    statement_counts,
)
from shared.domain.ledger.statement import MonthEnd, Statement, close_month
from shared.domain.programs.program import Program
from shared.jobs.settlement_plan import program_in_force
from shared.store import keys
from shared.store.attributions.members import MemberItem
from shared.store.engine import Write
from shared.store.ledger.accounts import AccountItem, account_of, entries_between, put_account
from shared.store.ledger.settlements import Failure, FailureItem, SolvedFailure, failure_of
from shared.store.ledger.statements import StatementItem, put_statement, statement_from
from shared.store.reading import Reading


@dataclass(frozen=True, slots=True)
class ClosingAccount:
    """One account whose month is closed, and everything its statement is computed from.

    * `last`: its last statement.
    * `group`: its owner's group now.
    * `failure`: a failure that the run has already stored for it.
    """

    run: SettlementRun
    account: Account
    last: Statement | None
    group: str | None
    failure: Failure | SolvedFailure | None

    @property
    def owner(self) -> Owner:
        return Owner(self.account.member, self.account.currency)

    @property
    def settled(self) -> LastStatement:
        return self.account.settled or LastStatement()

    def close(self) -> Statement | None:
        """The month's statement; `None` if the account has no movement or already has a statement.

        Raises `DoesNotReconcile`.
        """
        if self.settled.month >= self.run.month:
            return None
        end = MonthEnd(self.run.month, self.run.time_zone, self.run.begun_at)
        entries = entries_between(*self.owner, self.settled.sequence + 1)
        return close_month(self.account, end, self.last, entries, self.group)

    def writes(self, statement: Statement) -> list[Write]:
        """Writes that store the statement and note it in the account."""
        settled = replace(self.account, settled=statement.settled)
        return [put_account(settled), put_statement(statement)]

    def counts(self, statement: Statement | None) -> SettlementCounts:
        """What the account adds to the totals of its run, with the statement that was issued here,
        if any.

        If an earlier attempt stored the statement but stopped before counting it, that statement is
        counted now.
        """
        if statement is None and self.settled.month == self.run.month:
            statement = self.last
        if statement:
            return statement_counts(statement)
        account = self.account
        return idle_counts(
            AccountSummary(self.owner, account.sequence, account.balance, self.settled)
        )


def load_accounts(run: SettlementRun, owners: Sequence[Owner]) -> list[ClosingAccount]:
    """The accounts of the owners, in two requests for all of them: first accounts and members, then
    last statements and failures.
    """
    reading = Reading()
    reading.fetch(
        *((AccountItem, keys.account(*owner)) for owner in owners),
        *((MemberItem, keys.member(owner.member)) for owner in owners),
    )
    accounts = [
        account_of(*owner, reading.item(AccountItem, keys.account(*owner))) for owner in owners
    ]
    reading.fetch(
        *(
            (StatementItem, _statement_key(account, account.settled))
            for account in accounts
            if account.settled
        ),
        *((FailureItem, _failure_key(run, account)) for account in accounts),
    )
    program = program_in_force()
    return [
        ClosingAccount(
            run,
            account,
            _last_statement(reading, account),
            _group(reading, program, account),
            _failure(reading, run, account),
        )
        for account in accounts
    ]


def _statement_key(account: Account, settled: LastStatement) -> keys.Key:
    return keys.statement(account.member, account.currency, settled.month)


def _failure_key(run: SettlementRun, account: Account) -> keys.Key:
    return keys.settlement_failure(run.month, account.member, account.currency)


def _last_statement(reading: Reading, account: Account) -> Statement | None:
    if account.settled is None:
        return None
    item = reading.item(StatementItem, _statement_key(account, account.settled))
    return statement_from(item) if item else None


def _failure(
    reading: Reading, run: SettlementRun, account: Account
) -> Failure | SolvedFailure | None:
    item = reading.item(FailureItem, _failure_key(run, account))
    return failure_of(item) if item else None


def _group(reading: Reading, program: Program, account: Account) -> str | None:
    if account.currency != program.currency:
        return None
    item = reading.item(MemberItem, keys.member(account.member))
    group = program.group(item.group if item else None, account.volume)
    return group.id if group else None
