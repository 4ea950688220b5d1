"""What the reader of the ledger's stream does within seconds, done at once."""

from functions import update_daily_totals
from tests.support.table_streams import lambda_event, stream_records


def follow_ledger() -> dict:
    """Hand over what was written since the last call; returns the batch."""
    batch = lambda_event(stream_records(("LEDGER_TABLE",)))
    update_daily_totals.handler(batch, None)
    return batch
