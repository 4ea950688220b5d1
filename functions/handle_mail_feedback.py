"""What SES tells of our mails: taken, come back, reported as spam. Records of a queue, each an event of SES on the account's own bus."""

import json
from collections.abc import Mapping

from shared.invocation import lambda_handler
from shared.mail.feedback import hear
from shared.records import handle_records


@lambda_handler
def handler(event: Mapping) -> dict:
    return handle_records(event, lambda record: hear(json.loads(record["body"])))
