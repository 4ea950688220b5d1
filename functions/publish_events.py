"""Turns records of the tables' streams into events. Events that have a listener are put on the bus,
each at least once.

`MemberJoined` is not put on the bus; it only leads to a mail. Codes that changed are enqueued for
connected stores.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from shared import bus
from shared.connectors.jobs import CODES, CheckCredit, CodesJob, SyncCode, SyncCredit
from shared.invocation import Event, lambda_handler
from shared.log import logger
from shared.mail.requests import enqueue_welcome_mails
from shared.outgoing.event_context import load_event_context
from shared.outgoing.events import MEMBER_JOINED, OutgoingEvent, build_events
from shared.outgoing.listeners import load_listeners
from shared.store.programs.connections import list_connections
from shared.store.stream_records import (
    barred_member_of,
    changed_code_of,
    changed_credit_code_of,
    stream_record_of,
)


@lambda_handler
def handler(event: Event) -> dict[str, list[dict[str, str]]]:
    """Returns the first record with an event that the bus refused. Lambda delivers the stream again
    from this record on.

    All records are handled together, because one request to the bus can contain ten events.
    """
    listeners = load_listeners()
    numbered = [
        (record["dynamodb"]["SequenceNumber"], stream_record)
        for record in event["Records"]
        if (stream_record := stream_record_of(record)) and listeners.may_hear_of(stream_record)
    ]
    _tell_stores(event)
    if not numbered:
        return {"batchItemFailures": []}
    context = load_event_context([stream_record for _, stream_record in numbered])

    outgoing = [
        (number, _traced(event, stream_record.request))
        for number, stream_record in numbered
        for event in build_events(stream_record, context)
    ]
    for_bus = [
        (number, event)
        for number, event in outgoing
        if event.kind != MEMBER_JOINED and listeners.hear(event.kind)
    ]

    enqueue_welcome_mails(event.detail for _, event in outgoing if event.kind == MEMBER_JOINED)
    refused = bus.put_events([event for _, event in for_bus])
    _report(event for place, (_, event) in enumerate(for_bus) if place not in refused)
    return {
        "batchItemFailures": [{"itemIdentifier": for_bus[position][0]} for position in refused[:1]]
    }


def _tell_stores(event: Event) -> None:
    """Enqueues the codes that changed, if any store is connected, and the credit codes that did.
    Raises `QueueRefused`.
    """
    jobs: dict[tuple[str, str], CodesJob] = {}
    for record in event["Records"]:
        at = datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC)
        if code := changed_code_of(record):
            jobs["code", code] = SyncCode(time=at, code=code)
        if member := barred_member_of(record):
            jobs["member", member] = CheckCredit(time=at, member=member)
        if text := changed_credit_code_of(record):
            jobs["credit", text] = SyncCredit(time=at, code=text)
    if jobs and list_connections():
        CODES.enqueue(jobs.values())


def _traced(event: OutgoingEvent, request: str | None) -> OutgoingEvent:
    return event._replace(detail=bus.trace(event.detail, request))


def _report(told: Iterable[OutgoingEvent]) -> None:
    """Logs each event with its own API request, because the records of a batch come from many
    requests.
    """
    for event in told:
        logger.info(
            "an event was told",
            correlation_id=event.detail.get(bus.CORRELATION),
            kind=event.kind,
            event=event.detail["id"],
            entry_id=event.detail.get("entry"),
            order_id=event.detail.get("order"),
        )
