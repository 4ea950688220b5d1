"""What was written is told: records of the tables' streams become events of the bus, at least once, each under an id of its own."""

from collections.abc import Mapping

from shared import bus
from shared.mail.requests import enqueue_welcome
from shared.outgoing.events import MEMBER_JOINED, events_of
from shared.outgoing.known import known_beside
from shared.store import engine
from shared.store.stream_records import stream_record_of


def handler(event: Mapping, context: object = None) -> dict:
    """Names the first record whose events the bus did not take; the stream comes again from there on."""
    engine.open_tables()
    seen = [
        (record["dynamodb"]["SequenceNumber"], image)
        for record in event["Records"]
        if (image := stream_record_of(record))
    ]
    known = known_beside([image for _, image in seen])

    events = [(number, outgoing) for number, image in seen for outgoing in events_of(image, known)]
    told = [event for event in events if event[1].kind != MEMBER_JOINED]

    enqueue_welcome(outgoing.detail for _, outgoing in events if outgoing.kind == MEMBER_JOINED)
    refused = bus.tell_all([outgoing for _, outgoing in told])
    return {"batchItemFailures": [{"itemIdentifier": told[place][0]} for place in refused[:1]]}
