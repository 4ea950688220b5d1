"""The owner's table of daily exchange rates, and the rate of it that an order gets (specification:
daily-rates).

The live system and backtests use the same rule.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shared.domain.money import exchange
from shared.domain.orders.facts import DailyRate, OrderFacts
from shared.domain.programs.program import Program

MOST_DAYS_BACK = 7
"""How many days before an order's day a rate may be of, because of weekends and holidays."""


class WantedRate(NamedTuple):
    """The currency from which, and the day on which, a rate is needed."""

    currency: str
    day: date

    @property
    def years(self) -> tuple[int, ...]:
        """The years in which the rate may be, the year of the day first."""
        earliest = self.day - timedelta(days=MOST_DAYS_BACK)
        return tuple(dict.fromkeys((self.day.year, earliest.year)))


class DailyRates(NamedTuple):
    """Rates into the currency `target`, by the currency that they convert from and by day. A rate
    is decimal text: major units of `target` per major unit of the other currency.
    """

    target: str
    rates: Mapping[str, Mapping[date, str]]

    def find(self, wanted: WantedRate) -> DailyRate | None:
        """The rate of the day, or of the nearest earlier one that is at most `MOST_DAYS_BACK` days
        before it.
        """
        of_currency = self.rates.get(wanted.currency, {})
        for back in range(MOST_DAYS_BACK + 1):
            day = wanted.day - timedelta(days=back)
            if rate := of_currency.get(day):
                return DailyRate(day, rate, wanted.currency, self.target)
        return None


NO_RATES = DailyRates("", {})


def wanted_rate(order: OrderFacts, program: Program) -> WantedRate | None:
    """The rate of the table that an order needs; `None` if it needs none.

    An order needs one if it has reached its earning moment, is in another currency than the
    program, and no rate into the program's currency is known.
    """
    totals = order.totals
    if totals is None or totals.value.currency == program.currency:
        return None
    first_seen = order.first_seen
    if first_seen is None or order.earned_at(program.earn_on) is None:
        return None
    if order.test or order.hint or order.rate_into(program.currency):
        return None
    return WantedRate(totals.value.currency, day_of(first_seen, program))


def day_of(at: datetime, program: Program) -> date:
    """The day of an instant in the program's time zone."""
    return at.astimezone(ZoneInfo(program.time_zone)).date()


def with_daily_rate(order: OrderFacts, program: Program, table: DailyRates) -> OrderFacts:
    """The facts with the table's rate, if they need one and the table has it."""
    wanted = wanted_rate(order, program) if table.target == program.currency else None
    found = table.find(wanted) if wanted else None
    return order._replace(daily_rate=found) if found else order


def check_rate(rate: object, source: str, target: str) -> str:
    """A rate for the table. Raises `ValueError` if it is no decimal text above 0, or if `source` is
    the currency `target` itself or no currency.
    """
    exchange(rate, source, target)
    if source == target:
        raise ValueError(f"{source} is the program's own currency, which needs no rate")
    return str(rate)
