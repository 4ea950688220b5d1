"""Puts new entries into the journal of their day, from the ledger's stream (decision 103)."""

from shared.invocation import Event, lambda_handler
from shared.store.programs import journal
from shared.store.programs.journal import Written
from shared.store.stream_records import ENTRY, stream_record_of


@lambda_handler
def handler(event: Event) -> dict[str, list[object]]:
    """Puts all entries of a batch. If that fails, the whole batch comes again; no entry counts
    twice.
    """
    records = map(stream_record_of, event["Records"])
    entries = [record for record in records if record and record.kind == ENTRY]

    journal.write_journal(Written(record.after, record.at) for record in entries)

    return {"batchItemFailures": []}
