"""Entries that were written are put into the journal of their day, from the ledger's stream."""

from collections.abc import Mapping

from shared.store import engine
from shared.store.programs import journal
from shared.store.programs.journal import Written
from shared.store.stream_records import ENTRY, stream_record_of


def handler(event: Mapping, context: object = None) -> dict:
    """All of a batch or, where that fails, the whole batch again; a repeat puts the same."""
    engine.open_tables()
    images = [
        image
        for record in event["Records"]
        if (image := stream_record_of(record)) and image.kind == ENTRY
    ]

    journal.note(Written(image.after, image.at) for image in images)

    return {"batchItemFailures": []}
