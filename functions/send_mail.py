"""Send mails to members.

A record of the mail queue is an event of the bus that a mail tells of, or a mail that was asked for
or waits for another attempt.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.invocation import Event, lambda_handler
from shared.mail.delivery import deliver_mail
from shared.mail.requests import parse_mail_request
from shared.records import handle_records

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse


@lambda_handler
def handler(event: Event) -> "PartialItemFailureResponse":
    return handle_records(event, _handle)


def _handle(record: Mapping[str, Any]) -> None:
    mail = parse_mail_request(record["body"])
    if mail:
        deliver_mail(mail, int(record["attributes"]["ApproximateReceiveCount"]))
