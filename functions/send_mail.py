"""Send mails to members.

A record of the mail queue is an event of the bus that a mail tells of, or a mail that was asked for or
waits for another attempt.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.invocation import Event, lambda_handler
from shared.mail.delivery import post
from shared.mail.requests import mail_request_of
from shared.records import handle_records

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse


@lambda_handler
def handler(event: Event) -> "PartialItemFailureResponse":
    return handle_records(event, _handle)


def _handle(record: Mapping[str, Any]) -> None:
    mail = mail_request_of(record["body"])
    if mail:
        post(mail, int(record["attributes"]["ApproximateReceiveCount"]))
