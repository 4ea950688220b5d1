"""How often one person may ask for what costs us something: a mail, a look through all tables."""

from datetime import datetime
from typing import NamedTuple

from shared.problem import TooManyRequests
from shared.store.attributions import request_counts


class Allowance(NamedTuple):
    """At most `most` times in a window."""

    what: str
    most: int
    window_seconds: int


EXPORT = Allowance("export", 10, 3_600)
BALANCE_MAIL = Allowance("balance_mail", 3, 3_600)
SIGN_IN_MAIL = Allowance("sign_in_mail", 3, 3_600)
SIGN_IN_PLACE = Allowance("sign_in_place", 20, 3_600)
"""The second counts what one internet address asks for, whomever it names."""
OFFER_MAIL = Allowance("offer_mail", 1, 86_400)
OFFER_PLACE = Allowance("offer_place", 5, 3_600)


def is_allowed(allowance: Allowance, who: str, now: datetime) -> bool:
    """Counts this time, too."""
    window = int(now.timestamp()) // allowance.window_seconds
    return (
        request_counts.add(allowance.what, who, window, (window + 1) * allowance.window_seconds)
        <= allowance.most
    )


def refuse_too_often(allowance: Allowance, who: str, now: datetime) -> None:
    """Raises `TooManyRequests` past the allowance."""
    if not is_allowed(allowance, who, now):
        wait = allowance.window_seconds - int(now.timestamp()) % allowance.window_seconds
        raise TooManyRequests(
            "too_many_requests", f"That was asked for often; wait {wait // 60 + 1} minutes.", wait
        )
