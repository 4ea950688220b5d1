"""Follows the ledger's stream: puts new entries into the journal of their day, and lists accounts,
orders and statements in the directory (decisions 103 and 193). Follows the attributions' stream for
the clicks of a day (decision 256).
"""

from shared.invocation import Event, lambda_handler
from shared.store import click_counts
from shared.store.directory_changes import follow_ledger
from shared.store.programs import journal
from shared.store.programs.journal import Written
from shared.store.stream_records import ENTRY, stream_record_of


@lambda_handler
def handler(event: Event) -> dict[str, list[object]]:
    """Writes the changes of a batch. If that fails, Lambda delivers the whole batch again; no entry
    counts twice. Clicks are counted last, so that nothing else makes them count twice.
    """
    records = map(stream_record_of, event["Records"])
    entries = [record for record in records if record and record.kind == ENTRY]

    journal.write_journal(Written(record.after, record.at) for record in entries)
    follow_ledger(event["Records"])
    click_counts.count_records(event["Records"])

    return {"batchItemFailures": []}
