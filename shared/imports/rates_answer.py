"""The table of daily exchange rates, as the API returns it (specification: daily-rates)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.domain.instants import instant_text
from shared.domain.orders.daily_rates import DailyRates
from shared.imports.exchange_rates import LoadedRates
from shared.store.programs.daily_rates import RateRetry
from shared.tables.exchange_rates import RateTable

MOST_SHOWN = 1_000
"""Days of one currency in an answer, the newest."""
MOST_REPLACED = 1_000


def loaded_answer(target: str, table: RateTable, loaded: LoadedRates) -> dict[str, Any]:
    """What a load changed. Orders that have used a replaced rate keep it."""
    return {
        "currency": target,
        "format": table.format,
        "rates": len(table.rates),
        "changed": loaded.changed,
        "unchanged": len(table.rates) - loaded.changed,
        "replaced": [
            {
                "date": rate.day.isoformat(),
                "currency": rate.source,
                "rate": rate.rate,
                "before": before,
            }
            for rate, before in loaded.replaced[:MOST_REPLACED]
        ],
        "refused": [{"row": number, "reason": reason} for number, reason in table.refused],
        "left_out": list(table.left_out),
    }


def table_answer(
    table: DailyRates, target: str, retry: RateRetry | None, currency: str | None, *, in_use: bool
) -> dict[str, Any]:
    """The table: for each currency its days and its newest rate; the rates themselves only of the
    asked `currency`.
    """
    days = table.rates.get(currency, {}) if currency else {}
    return {
        "currency": target,
        "in_use": in_use,
        "parked_orders": _retry_answer(retry) if retry else None,
        "currencies": [_of_currency(name, table.rates[name]) for name in sorted(table.rates)],
        "rates": [
            {"date": day.isoformat(), "rate": days[day]}
            for day in sorted(days, reverse=True)[:MOST_SHOWN]
        ],
    }


def _of_currency(name: str, days: Mapping[date, str]) -> dict[str, Any]:
    first, last = min(days), max(days)
    return {
        "currency": name,
        "days": len(days),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "rate": days[last],
    }


def _retry_answer(retry: RateRetry) -> dict[str, Any]:
    return {
        "at": instant_text(retry.asked_at),
        "state": retry.state,
        "tried": retry.tried,
        "evaluated": retry.evaluated,
    }
