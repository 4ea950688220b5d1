"""Entries that were written are put into the journal of their day, from the ledger's stream."""

from collections.abc import Mapping

from shared.store import engine, journal
from shared.store.images import ENTRY, image_of
from shared.store.journal import Written


def handler(event: Mapping, context: object = None) -> dict:
    """All of a batch or, where that fails, the whole batch again; a repeat puts the same."""
    engine.open_tables()
    images = [image for record in event["Records"] if (image := image_of(record)) and image.kind == ENTRY]

    journal.note(Written(image.after, image.at) for image in images)

    return {"batchItemFailures": []}
