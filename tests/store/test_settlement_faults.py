"""The end of a month, with every fault at each of its storage calls: one statement each, and a run
that adds up.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from shared.domain.month import month_end, month_of
from shared.domain.staff_action import StaffAction
from shared.store.reconciliation import verify
from shared.wallet.adjustments import Adjustment, adjust
from tests.store.test_fault_matrix import FAILURES, FAULTS
from tests.support.engine_faults import inject_fault
from tests.support.settlement_runs import Month, list_statements_of, open_settlement
from tests.support.shop import Shop

MEMBERS = ("Anna", "Bert", "Carl")


class Months:
    """A shop whose months follow one another: in each of them Anna and Bert are given something,
    and Carl is idle after the first.
    """

    def __init__(self, month: Month):
        self.month, self.shop, self.names = month, Shop(), []
        self.shop.at = datetime(2026, 1, 15, tzinfo=UTC)
        for name in MEMBERS:
            self.shop.member(name)
        self.give("Carl")

    def give(self, member: str) -> None:
        adjust(
            Adjustment(member, 10), StaffAction("ak_12345678", "adjustment", self.shop.at, "gift")
        )

    def next(self) -> str:
        """A month that is over, and not closed."""
        self.give("Anna")
        self.give("Bert")
        name = month_of(self.shop.at, "UTC")
        self.shop.at = month_end(name, "UTC") + timedelta(days=14)
        self.names.append(name)
        return name

    def close(self, name: str) -> None:
        self.month.end(month_end(name, "UTC") + timedelta(hours=4))


def struck_months(months: Months, fault: str) -> Iterator[str]:
    """A month for each storage call of its end, into which the fault comes.

    The queue alone brings it to its end, the trigger told again only where not even its first
    message was sent.
    """
    for call in count(1):
        name = months.next()
        with inject_fault(FAULTS[fault], call.__eq__) as requests, suppress(*FAILURES):
            months.close(name)
        months.month.drain()
        if months.month.run(name).get("code") == "no_settlement":
            months.close(name)
        yield name
        if not requests.struck:
            assert call > 10, "a settlement makes more storage calls than these"
            return


@pytest.mark.parametrize("fault", FAULTS)
def test_a_month_closes_as_without_faults(tables, monkeypatch, fault):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with open_settlement() as month:
        months = Months(month)
        months.close(months.next())
        for name in struck_months(months, fault):
            run = month.run(name)
            assert run["members"] == {"planned": 3, "done": 3, "idle": 1, "failed": 0}, name
            assert (
                run["state"],
                run["statements"],
                run["difference"],
                run["failures"],
                month.dead,
            ) == ("closed", 2, 0, [], []), name
        months.close(name)
        assert month.run(name) == run
        for member in ("Anna", "Bert"):
            rows = list_statements_of(member)
            assert [row.month for row in rows] == months.names
            assert [row.figures.closing for row in rows] == [
                10 * number for number in range(1, len(rows) + 1)
            ]
        assert len(list_statements_of("Carl")) == 1
        assert verify()["differences"] == []
