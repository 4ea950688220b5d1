"""Recovers lost webhooks: reads a processor's own list of orders page by page, compares it with the
facts, and sends what is missing down the path of the webhooks (decisions 221 and 222).
"""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.document import InvalidDocument
from shared.domain.instants import parse_instant
from shared.log import logger
from shared.orders.update import parse_update, tells_nothing_new
from shared.processors.access import api_of, list_api_of
from shared.processors.client import ProcessorClient
from shared.processors.intake import accept, facts_of, park
from shared.settings import ProviderSettings
from shared.store.programs.recoveries import (
    DONE,
    RUNNING,
    STOPPED,
    Recovery,
    find_recovery,
    put_recovery,
)
from shared.webhooks import PROVIDERS, source_of, translate_listed
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.listing import CannotList, ListedPage, Listing
from shared.webhooks.parking import ParkedDelivery, UnusableDelivery
from shared.webhooks.processor_api import ApiUnavailable, ProcessorApi
from shared.webhooks.provider import Provider

FIRST_DAYS = timedelta(days=3)
"""How far the first recovery looks back if no instant is given. Processors retry webhooks for about
as long.
"""
OVERLAP = timedelta(hours=1)
"""How far a recovery looks back before the beginning of the last one, because lists are updated
with a delay.
"""
MOST_FAULTS = 12
"""A recovery stops after this many failures of one page in a row. The next recovery continues at
that page.
"""
FAULT_SECONDS = 60
"""The pause after a failure if the processor does not say how long to wait."""
NO_ANSWER = "The processor's API does not answer ({why})."
REQUESTS_A_SECOND = 2.0
"""The average number of requests. It leaves the shop's own requests enough of the processor's rate
limit.
"""
IDLE = frozenset(
    ("irrelevant_topic", "payment_not_made", "not_a_sale", "no_money_moved", "inquiry")
)
"""Reasons of updates that are ignored, because nobody has to act on them. A list has more of them
than the webhooks do.
"""


class CannotRecover(Exception):
    """A recovery cannot begin; the message says why."""


class Step(NamedTuple):
    """The state of a recovery after one page. If it is still running, the next page should be read
    after `pause_seconds`.
    """

    recovery: Recovery
    pause_seconds: float


def listing_of(name: str) -> tuple[Provider, Listing]:
    """A provider and its list of orders. Raises `CannotRecover` if there is no such provider or it
    has no list.
    """
    provider = PROVIDERS.get(name)
    listed = [other.name for other in PROVIDERS.values() if other.listing]
    if provider is None or provider.listing is None:
        raise CannotRecover(
            f"{name} has no list of its orders that could be read; those that have: "
            f"{', '.join(listed)}."
        )
    return provider, provider.listing


def begin_recovery(name: str, since: datetime | None, at: datetime) -> Recovery:
    """Stores a recovery and returns it. An unfinished recovery continues if `since` is `None` or
    the same; if not, a new one begins.

    Without `since`, a new one begins where the last complete recovery began. Raises
    `CannotRecover`, and `WriteConflict` if another call begins one at the same time.
    """
    listing_of(name)
    last = find_recovery(name)
    unfinished = last is not None and last.state != DONE and bool(last.cursor)
    if last and unfinished and since in (None, last.since):
        begun = replace(last, state=RUNNING, text="", faults=0)
    else:
        covered = last.covered_at if last else None
        begun = Recovery(
            name,
            since or (covered or at - FIRST_DAYS) - OVERLAP,
            at,
            covered_at=covered,
            revision=last.revision if last else 0,
        )
    put_recovery(begun)
    return replace(begun, revision=begun.revision + 1)


def listed_since(recovery: Recovery, listing: Listing, at: datetime) -> datetime:
    """The instant from which the processor's list is read: that of the recovery, or the earliest
    instant that the list still has, if that is later.
    """
    return max(recovery.since, at - listing.keeps) if listing.keeps else recovery.since


def recover_page(recovery: Recovery, at: datetime, *, pace: float = REQUESTS_A_SECOND) -> Step:
    """Compares one page, and stores how far the recovery is.

    If this is interrupted, the page is compared again, which changes nothing. Raises `BusRefused`,
    and `WriteConflict` if another call has gone on with the recovery.
    """
    provider, listing = listing_of(recovery.provider)
    try:
        client = list_api_of(provider)
        since = listed_since(recovery, listing, at)
        page = listing.list_since(client, since, recovery.cursor)
        found, requests = _compare(provider, page, at)
        step = Step(_advance(recovery, page, found), (client.requests + requests) / pace)
    except ApiUnavailable as silent:
        step = Step(_fail(recovery, str(silent)), silent.seconds or FAULT_SECONDS)
    except CannotList as unset:
        step = Step(replace(recovery, state=STOPPED, text=str(unset)), 0)
    except UnusableDelivery as refused:
        step = Step(replace(recovery, state=STOPPED, text=refused.parked.text), 0)
    put_recovery(step.recovery)
    _report(step.recovery)
    return step._replace(recovery=replace(step.recovery, revision=recovery.revision + 1))


def _advance(recovery: Recovery, page: ListedPage, found: Counter[str]) -> Recovery:
    return replace(
        recovery,
        cursor=page.rest,
        pages=recovery.pages + 1,
        faults=0,
        text="",
        state=RUNNING if page.rest else DONE,
        covered_at=recovery.covered_at if page.rest else recovery.began_at,
        known=recovery.known + found["known"],
        told=recovery.told + found["told"],
        parked=recovery.parked + found["parked"],
        idle=recovery.idle + found["idle"],
    )


def _fail(recovery: Recovery, why: str) -> Recovery:
    faults = recovery.faults + 1
    state = RUNNING if faults < MOST_FAULTS else STOPPED
    return replace(recovery, faults=faults, state=state, text=NO_ANSWER.format(why=why))


def _compare(provider: Provider, page: ListedPage, at: datetime) -> tuple[Counter[str], int]:
    """What was done with the updates of a page (counted by result), and how many requests to the
    API that took.
    """
    found: Counter[str] = Counter()
    requests = 0
    for news in page.news:
        api = api_of(provider)
        found[_compare_news(provider, news, at, api)] += 1
        requests += api.requests if isinstance(api, ProcessorClient) else 0
    return found, requests


def _compare_news(provider: Provider, news: JsonObject, at: datetime, api: ProcessorApi) -> str:
    accept_sandbox = ProviderSettings.load().accept_sandbox
    told = translate_listed(provider, news, at, accept_sandbox=accept_sandbox, api=api)
    if isinstance(told, ParkedDelivery):
        if told.reason in IDLE:
            return "idle"
        park(provider.name, _canonical(news), told, at)
        return "parked"
    facts = facts_of(provider.name, told)
    if _is_known(facts, at):
        return "known"
    accept(provider.name, facts, at)
    return "told"


def _is_known(facts: dict[str, object], at: datetime) -> bool:
    """Whether the facts add nothing to what is known. False for facts that cannot be parsed; they
    are sent on and then parked, as from a webhook.
    """
    as_of = parse_instant(facts["as_of"])
    try:
        update = parse_update(facts, at, _never_hash, as_of=as_of, source=source_of(facts))
        return tells_nothing_new(update)
    except InvalidDocument:
        return False


def _never_hash(email: str) -> str:
    raise AssertionError("the facts of the bus carry no address")


def _canonical(news: JsonObject) -> bytes:
    """Bytes that are the same each time the same update is listed, so that it is parked only once."""
    return json.dumps(news.fields, sort_keys=True, default=str).encode()


def _report(recovery: Recovery) -> None:
    logger.info(
        "a list was compared",
        provider=recovery.provider,
        state=recovery.state,
        pages=recovery.pages,
        known=recovery.known,
        told=recovery.told,
        parked=recovery.parked,
        why=recovery.text,
    )
