"""How often a stranger may ask for codes that nobody shares (decision 46).

Only wrong codes are counted, because good codes cost nothing extra. Codes with the same stem
(`ANNA` of `ANNA-7K2Q`) share a limit: a stranger who guesses Anna's code locks Anna's link for
their own address, but no other link.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from shared import metrics, secrets
from shared.api.rate_limits import RateLimit
from shared.api.request import Request
from shared.domain.members.code import LONGEST_CODE, code_stem, normalize_code
from shared.identity import address_hash
from shared.problem import TooManyRequests
from shared.store import keys
from shared.store.attributions import wrong_codes
from shared.store.attributions.wrong_codes import TooManyWrongCodes, WrongCodeLimit

PER_IP = RateLimit("wrong_codes", 60, 60)
OF_ALL = RateLimit("wrong_codes", 600, 60)
"""Limit for all addresses together. Above it, a single wrong code uses up the window of its address
and stem, so an attacker needs a new address for each guess.
"""


@contextmanager
def limit_wrong_codes(request: Request, code: str | None) -> Iterator[WrongCodeLimit]:
    """The limit for a code, as typed. In the `with` block, `TooManyWrongCodes` becomes
    `TooManyRequests`.

    A good code is refused too if its stem was guessed too often. If it were not, the answer would
    show which codes are good.
    """
    limit = limit_of(request, code or "")
    try:
        yield limit
    except TooManyWrongCodes:
        metrics.count(metrics.CODE_GUESSING_LIMITED)
        seconds = PER_IP.seconds_left(request.now)
        raise TooManyRequests(
            "too_many_requests", f"Too many unknown codes. Try again in {seconds} seconds.", seconds
        ) from None


def limit_of(request: Request, code: str) -> WrongCodeLimit:
    """The limit of wrong codes for the internet address that sent the request, with the keys of its
    three counters: wrong codes with the stem of `code` (`ANNA` of `ANNA-7K2Q`), all wrong codes
    from the address, and those from all addresses.
    """
    hashed = address_hash(secrets.lasting_pepper(), request.source_ip)
    window = PER_IP.window(request.now)
    stem = code_stem(normalize_code(code.partition("/")[0])[:LONGEST_CODE])
    return WrongCodeLimit(
        key=keys.wrong_codes(hashed, window, stem),
        key_of_address=keys.wrong_codes(hashed, window),
        key_of_all=keys.wrong_codes(keys.EVERYBODY, window),
        most=PER_IP.most,
        ends_at=PER_IP.ends_at(request.now),
    )


def count_wrong_code(limit: WrongCodeLimit) -> None:
    """Counts a wrong code.

    Raises `TooManyWrongCodes` if this address has asked for too many wrong codes, whatever their
    stems; the stem is then locked for this address. Raises `OtherPepper` before anything is stored
    under a hash with the wrong pepper.
    """
    secrets.pepper()
    if wrong_codes.count(limit.key_of_address, 1, limit.ends_at) > limit.most:
        wrong_codes.count(limit.key, limit.most, limit.ends_at)
        raise TooManyWrongCodes
    metrics.count(metrics.CODE_MISSES)
    of_all = wrong_codes.count(limit.key_of_all, 1, limit.ends_at)
    wrong_codes.count(limit.key, 1 if of_all <= OF_ALL.most else limit.most, limit.ends_at)
