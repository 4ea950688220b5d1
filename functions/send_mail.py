"""Sends mails to members.

A record of the mail queue is an event that may lead to a mail, or a request for a mail: one that a
person asked for, or one that waits for another attempt.
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
    request = parse_mail_request(record["body"])
    if request:
        deliver_mail(request, int(record["attributes"]["ApproximateReceiveCount"]))
