"""Reads the rate that an order or a cart needs from the owner's table (specification: daily-rates)."""

from collections.abc import Iterable
from datetime import datetime

from shared.domain.evaluation.posted import FrozenOrder, PostedState
from shared.domain.money import SAME_CURRENCY, Exchange, exchange
from shared.domain.orders.daily_rates import (
    NO_RATES,
    DailyRates,
    WantedRate,
    day_of,
    wanted_rate,
    with_daily_rate,
)
from shared.domain.orders.facts import OrderFacts
from shared.domain.programs.program import Program
from shared.store import keys
from shared.store.programs import daily_rates, programs
from shared.store.programs.daily_rates import DailyRatesItem
from shared.store.programs.owner_settings import OwnerSettingsItem, settings_of
from shared.store.reading import Reading


def with_stored_rate(
    reading: Reading, order: OrderFacts, active: Program, posted: PostedState
) -> OrderFacts:
    """The facts, with the rate of the table if they need one. An order that needs none reads
    nothing; any other one takes one round trip.

    The rate leads to the currency of the program version of the order's terms, or of the active
    one.
    """
    version = posted.terms.version if isinstance(posted, FrozenOrder) else posted.version
    program = active if version is None else programs.load_version(active, version)
    wanted = wanted_rate(order, program)
    if wanted is None:
        return order
    return with_daily_rate(order, program, _read(reading, wanted, program.currency))


def rate_of_cart(
    reading: Reading, currency: str, program: Program, at: datetime
) -> Exchange | None:
    """The factor from the currency of a cart into the program's at an instant; `None` if the table
    has no rate for it.
    """
    if currency == program.currency:
        return SAME_CURRENCY
    wanted = WantedRate(currency, day_of(at, program))
    found = _read(reading, wanted, program.currency).find(wanted)
    return exchange(found.rate, currency, program.currency) if found else None


def read_rates_for(orders: Iterable[OrderFacts], program: Program) -> DailyRates:
    """The part of the table that a backtest of these orders may need; no rates if none of them is
    in another currency than the program, or the owner does not use the table.

    An order's day is not known before all updates are merged, so all the days of `orders` count.
    """
    wanted = {
        WantedRate(order.totals.value.currency, day_of(at, program))
        for order in orders
        if order.totals and order.totals.value.currency != program.currency
        for at in (order.placed_at, order.paid_at, order.completed_at)
        if at
    }
    item = Reading().item(OwnerSettingsItem, keys.CURRENT_SETTINGS) if wanted else None
    if not settings_of(item).daily_rates:
        return NO_RATES
    return daily_rates.read_table(wanted, program.currency)


def _read(reading: Reading, wanted: WantedRate, target: str) -> DailyRates:
    """The part of the table that a wanted rate may be in; empty if the owner does not use it."""
    names = daily_rates.keys_of(wanted, target)
    settings = (OwnerSettingsItem, keys.CURRENT_SETTINGS)
    reading.fetch(settings, *((DailyRatesItem, name) for name in names))
    if not settings_of(reading.item(*settings)).daily_rates:
        return NO_RATES
    items = (reading.item(DailyRatesItem, name) for name in names)
    return daily_rates.table_of((item for item in items if item), target)
