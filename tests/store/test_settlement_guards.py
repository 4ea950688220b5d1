"""A settlement writes only over what it read, and a statement never over another one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.domain.ledger.owner import Owner
from shared.domain.ledger.settlement import OpenRun, SettlementCounts, SettlementShard
from shared.domain.ledger.statement import Figures, Statement
from shared.store import engine
from shared.store.ledger.settlements import (
    Failure,
    SolvedFailure,
    check_shard,
    put_failure,
    put_run,
    put_shard,
    put_solved_failure,
)
from shared.store.ledger.statements import put_statement

NIGHT = datetime(2026, 2, 1, 4, tzinfo=UTC)
STATEMENT = Statement(
    "anna", "EUR", "2026-01", 1, 1, 1, Figures(adjusted=5, closing=5), "0" * 64, "UTC", NIGHT
)
RUN, SHARD, FAILURE = (
    OpenRun("2026-01", "UTC", 1, 1, NIGHT),
    SettlementShard("2026-01", 0),
    Failure(Owner("anna", "EUR"), "fault", 0),
)
WRITES = {
    "a statement": lambda: put_statement(STATEMENT),
    "a run that begins": lambda: put_run(RUN),
    "a run that is closed": lambda: put_run(replace(RUN, revision=1).closed(NIGHT)),
    "the first page of a shard": lambda: put_shard(SHARD),
    "the second page of a shard": lambda: put_shard(replace(SHARD, revision=1)),
    "a failure": lambda: put_failure("2026-01", FAILURE),
    "what became of a failure": lambda: put_solved_failure(
        "2026-01", SolvedFailure(*FAILURE, SettlementCounts(members=1))
    ),
}


@pytest.fixture(autouse=True)
def opened(tables):
    engine.open_tables()


@pytest.mark.parametrize("what", WRITES)
def test_it_is_written_once(what):
    if what.startswith(("a run that is closed", "the second", "what became")):
        engine.write([put_run(RUN), put_shard(SHARD), put_failure("2026-01", FAILURE)])
    engine.write([WRITES[what]()])
    with pytest.raises(engine.WriteConflict):
        engine.write([WRITES[what]()])


def test_statements_are_put_only_where_the_page_was_not_turned():
    engine.write([check_shard(SHARD), put_statement(STATEMENT)])
    engine.write([put_shard(SHARD)])
    with pytest.raises(engine.WriteConflict) as conflict:
        engine.write([check_shard(SHARD), put_statement(replace(STATEMENT, month="2026-02"))])
    assert conflict.value.places == (0,)
    engine.write(
        [
            check_shard(replace(SHARD, revision=1)),
            put_statement(replace(STATEMENT, month="2026-02")),
        ]
    )
