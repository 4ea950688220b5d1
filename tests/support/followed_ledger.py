"""What the reader of the ledger's stream does within seconds, done at once."""

from datetime import datetime

from functions import update_daily_totals
from tests.support.table_streams import lambda_event, stream_records


def follow_ledger(at: datetime | None = None) -> dict:
    """Hand over what was written since the last call, as if it was written `at`; returns the batch."""
    records = stream_records(("LEDGER_TABLE",))
    for record in records if at else ():
        record["dynamodb"]["ApproximateCreationDateTime"] = at.timestamp()
    batch = lambda_event(records)
    update_daily_totals.handler(batch, None)
    return batch
