"""What was written is told: records of the tables' streams become events of the bus, at least once, each under an id of its own."""

from collections.abc import Mapping

from shared import bus
from shared.invocation import lambda_handler
from shared.mail.requests import enqueue_welcome
from shared.outgoing.event_context import load_event_context
from shared.outgoing.events import MEMBER_JOINED, build_events
from shared.store.stream_records import stream_record_of


@lambda_handler
def handler(event: Mapping) -> dict:
    """Names the first record whose events the bus did not take; the stream comes again from there on."""
    seen = [
        (record["dynamodb"]["SequenceNumber"], image)
        for record in event["Records"]
        if (image := stream_record_of(record))
    ]
    known = load_event_context([image for _, image in seen])

    events = [(number, outgoing) for number, image in seen for outgoing in build_events(image, known)]
    told = [event for event in events if event[1].kind != MEMBER_JOINED]

    enqueue_welcome(outgoing.detail for _, outgoing in events if outgoing.kind == MEMBER_JOINED)
    refused = bus.put_events([outgoing for _, outgoing in told])
    return {"batchItemFailures": [{"itemIdentifier": told[place][0]} for place in refused[:1]]}
