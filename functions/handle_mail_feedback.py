"""Records the outcome of our mails: SES accepted a mail, a mail bounced, or a reader reported spam.

A record of the queue is an event that SES put on the account's own bus.
"""

import json
from typing import TYPE_CHECKING

from shared.invocation import Event, lambda_handler
from shared.mail.feedback import handle_feedback
from shared.records import handle_records

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse


@lambda_handler
def handler(event: Event) -> "PartialItemFailureResponse":
    return handle_records(event, lambda record: handle_feedback(json.loads(record["body"])))
