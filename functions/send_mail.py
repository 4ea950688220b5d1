"""Mails to members. Records of the mail queue: an event of the bus that a mail tells of, or a mail that was asked for or waits."""

from collections.abc import Mapping

from shared.mail.delivery import post
from shared.mail.requests import mail_request_of
from shared.records import each
from shared.store import engine


def handler(event: Mapping, context: object = None) -> dict:
    engine.open_tables()
    return each(event, _handle)


def _handle(record: Mapping) -> None:
    asked = mail_request_of(record["body"])
    if asked:
        post(asked, int(record["attributes"]["ApproximateReceiveCount"]))
