"""Mails to members. Records of the mail queue: an event of the bus that a mail tells of, or a mail that was asked for or waits."""

from collections.abc import Mapping

from shared.invocation import lambda_handler
from shared.mail.delivery import post
from shared.mail.requests import mail_request_of
from shared.records import handle_records


@lambda_handler
def handler(event: Mapping) -> dict:
    return handle_records(event, _handle)


def _handle(record: Mapping) -> None:
    asked = mail_request_of(record["body"])
    if asked:
        post(asked, int(record["attributes"]["ApproximateReceiveCount"]))
