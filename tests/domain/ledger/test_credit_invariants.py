"""What holds of credit after every event of any history."""

from hypothesis import given
from hypothesis import strategies as st

from shared.backtest.backtest import Backtest
from shared.backtest.history import parse_event
from tests.store.test_credit_live_and_backtest import CREDIT, history
from tests.support.programs_and_histories import program


@given(st.integers(0, 2**32), st.integers(1, 20), st.sampled_from((0, 5)))
def test_nothing_is_taken_twice_and_nothing_forgotten(seed: int, days: int, hold: int) -> None:
    backtest = Backtest(
        program(
            CREDIT,
            wallet={"expires_after_days": days},
            hold_days=hold,
            friend={"new_customers_only": False},
        )
    )
    for line in history(seed, lines=40):
        backtest.apply(parse_event(line))
        for member in backtest.members.by_id.values():
            lots = member.lots
            if lots is None:
                continue
            assert sum(lot.amount for lot in lots.open) - lots.debt == member.balance
            assert 0 <= member.returned <= member.redeemed
            assert sum(lot.amount for each in lots.paid.values() for lot in each) <= (
                member.redeemed - member.returned
            )
            assert all(lot.amount > 0 for lot in lots.open)
            for source, lapse in lots.lapses.items():
                assert 0 <= lapse.expired <= lapse.of
                assert lots.posted[source] >= lapse.expired, "taken once more"
