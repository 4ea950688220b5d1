"""What SES tells of our mails: taken, come back, reported as spam. Records of a queue, each an event of SES on the account's own bus."""

import json
from collections.abc import Mapping

from shared.mail.feedback import hear
from shared.records import each
from shared.store import engine


def handler(event: Mapping, context: object = None) -> dict:
    engine.open_tables()
    return each(event, lambda record: hear(json.loads(record["body"])))
