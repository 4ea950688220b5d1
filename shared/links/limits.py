"""How often strangers may ask for codes that nobody shares (decision 46). Good codes are never counted."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared import metrics, secrets
from shared.api.http import Request
from shared.identity import address_hash
from shared.problem import TooManyRequests
from shared.store import keys
from shared.store.attributions import wrong_codes
from shared.store.attributions.wrong_codes import Asker, TooManyWrongCodes

WINDOW_SECONDS = 60
MISSES_OF_AN_ADDRESS = 60
MISSES_OF_ALL = 600
"""In a window. Past the second number a single miss uses up an address's window, so that who guesses from many needs one for each guess."""


@contextmanager
def asking(request: Request) -> Iterator[Asker]:
    """Whoever asks for a code; `TooManyWrongCodes` becomes the refusal. It is the same for good codes, or it would tell them apart."""
    who = asker(request)
    try:
        yield who
    except TooManyWrongCodes:
        metrics.count(metrics.CODE_GUESSING_LIMITED)
        wait = max(1, who.ends_at - int(request.now.timestamp()))
        raise TooManyRequests(
            "too_many_requests", f"Too many codes that nobody shares; wait {wait} seconds.", wait
        ) from None


def asker(request: Request) -> Asker:
    """By the address that the gateway saw, in the window of the request."""
    second = int(request.now.timestamp())
    window, address = second // WINDOW_SECONDS, request.event["requestContext"]["http"]["sourceIp"]
    return Asker(
        place=keys.misses(address_hash(secrets.lasting_pepper(), address), window),
        everybody=keys.misses(keys.EVERYBODY, window),
        most=MISSES_OF_AN_ADDRESS,
        ends_at=(window + 1) * WINDOW_SECONDS,
    )


def count_miss(who: Asker) -> None:
    """Somebody asked for a code that nobody shares."""
    metrics.count(metrics.CODE_MISSES)
    together = wrong_codes.add(who.everybody, 1, who.ends_at)
    wrong_codes.add(
        who.place, 1 if together <= MISSES_OF_ALL else MISSES_OF_AN_ADDRESS, who.ends_at
    )
