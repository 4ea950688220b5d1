"""Mails without a cloud around them: what was written is told, what asks for a mail is handed over, what SES would take is caught."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace

import boto3
import pytest

from functions import handle_mail_feedback, send_mail
from local.cloud.mailbox import parse_mail, sent_event
from shared import queue, secrets
from shared.domain.instants import instant_text
from shared.domain.outgoing.mail import AUTOMATIC
from shared.mail import ses
from shared.members.registration import register_member
from shared.members.registration_form import parse_member_form
from shared.outgoing.event_context import load_event_context
from shared.outgoing.events import build_events
from shared.store.programs import mails
from shared.store.stream_records import stream_record_of
from tests.support.http_events import NOW
from tests.support.settlement_runs import listening
from tests.support.shop import Shop
from tests.support.table_streams import lambda_event, stream_records

TERMS = {
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
    "hold_days": 14,
    "groups": [
        {
            "id": "gold",
            "name": "Gold",
            "description": "More for more",
            "min_volume": 50_000,
            "levels": [{"percent": "12"}],
        }
    ],
}
BEFORE, AFTER = "we die before SES has it", "we die after SES has it"
TELLING = ("StatementIssued", "RewardPosted", "GroupChanged", "MemberJoined")


class Died(BaseException):
    """The process is gone in the middle of a request."""


class PostOffice:
    """`answers` are codes of SES's errors, "" for a mail that it takes, or when we die beside it; the last holds for all that follow."""

    def __init__(self) -> None:
        self.answers, self.mails, self.requests, self.asked, self.pauses = [""], [], [], [], []

    def take(self, params: dict, **_) -> tuple[SimpleNamespace, dict]:
        code = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if code == BEFORE:
            raise Died
        if code and code != AFTER:
            return SimpleNamespace(status_code=429), {"Error": {"Code": code, "Message": code}}
        request = json.loads(params["body"])
        self.requests.append(request)
        self.mails.append(parse_mail(request))
        if code == AFTER:
            raise Died
        return SimpleNamespace(status_code=200), {"MessageId": f"ses-{len(self.mails)}"}

    def queued(self, params: dict, **_) -> None:
        told = json.loads(params["body"])
        if told["QueueUrl"] == os.environ["MAIL_QUEUE"]:
            self.asked.append(told["MessageBody"])
            self.pauses.append(told.get("DelaySeconds", 0))

    def told(self, at: datetime = NOW) -> list[str]:
        """What was written since the last look, as messages of the mail queue; the engine has a clock of its own, so `at` says when."""
        records = lambda_event(stream_records())["Records"]
        for record in records:
            record["dynamodb"]["ApproximateCreationDateTime"] = at.timestamp()
        images = [image for record in records if (image := stream_record_of(record))]
        known = load_event_context(images)
        events = [
            event
            for image in images
            for event in build_events(image, known)
            if event.kind in TELLING
        ]
        return [json.dumps({"detail-type": event.kind, "detail": event.detail}) for event in events]

    def hand(self, *bodies: str, receipt: int = 1) -> list[str]:
        """The messages that come again."""
        attributes = {"ApproximateReceiveCount": str(receipt)}
        records = [{"messageId": body, "body": body, "attributes": attributes} for body in bodies]
        return [
            failure["itemIdentifier"]
            for failure in send_mail.handler({"Records": records})["batchItemFailures"]
        ]

    def deliver(self) -> list[dict]:
        """Everything that there is to mail; the mails, in the order of their sending."""
        before = len(self.mails)
        for body in self.told():
            assert self.hand(body) == []
        while self.asked:
            assert self.hand(self.asked.pop(0)) == []
        return self.mails[before:]

    def hear(self, *events: dict) -> None:
        records = [
            {"messageId": str(place), "body": json.dumps(event)}
            for place, event in enumerate(events)
        ]
        assert handle_mail_feedback.handler({"Records": records}) == {"batchItemFailures": []}

    def news(self, place: int = -1) -> dict:
        """What SES tells of a mail that it has taken."""
        entry = sent_event(self.requests[place], "ses-told", NOW)
        return {
            "source": "aws.ses",
            "detail-type": entry["DetailType"],
            "time": instant_text(NOW),
            "detail": json.loads(entry["Detail"]),
        }


@contextmanager
def open_office(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """For a shop that sends every mail there is."""
    environment = {
        "MAIL_FROM": "rewards@shop.example.com",
        "SHOP_NAME": 'Vineyard "& Sons"',
        "MAILS": ",".join(AUTOMATIC),
        "MAIL_CONFIGURATION": "grapevine-mail",
        "MAIL_QUEUE": boto3.client("sqs").create_queue(QueueName=f"mail-{os.environ['BUS_NAME']}")[
            "QueueUrl"
        ],
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with open_ses() as office:
        yield office


@contextmanager
def open_ses() -> Iterator[PostOffice]:
    """SES alone, in an environment that is there."""
    office = PostOffice()
    ses_events = ses._client(ses.TIMEOUT_SECONDS).meta.events
    sqs_events = queue.client().meta.events
    ses_events.register("before-call.sesv2.SendEmail", office.take)
    sqs_events.register("before-call.sqs.SendMessage", office.queued)
    try:
        yield office
    finally:
        ses_events.unregister("before-call.sesv2.SendEmail", office.take)
        sqs_events.unregister("before-call.sqs.SendMessage", office.queued)


def signs_up(shop: Shop, member_id: str, /, **form):
    """With the hash of the address that the real system knows it by."""
    told = {
        "login": member_id.lower(),
        "name": member_id,
        "email": f"{member_id.lower()}@example.com",
    } | form
    return register_member(
        member_id,
        parse_member_form(
            {field: value for field, value in told.items() if value}, secrets.hash_email
        ),
        shop.at,
    )


def kinds(sent: list[dict]) -> list[str]:
    return [mail["headers"]["X-Grapevine-Kind"] for mail in sent]


def of_kind(sent: list[dict], kind: str) -> dict:
    (mail,) = [mail for mail in sent if mail["headers"]["X-Grapevine-Kind"] == kind]
    return mail


def month_ends(at: datetime) -> None:
    with listening() as month:
        month.end(at)


def outcomes(member: str) -> dict[str, str]:
    return {"/".join(row.key[1:]): row.state for row in mails.mail_records(member, 100, "")[0]}


def bounce(address: str, kind: str = "Permanent") -> dict:
    """As SES tells it (developer guide, examples of event data)."""
    told = {
        "bounceType": kind,
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": address, "action": "failed"}],
    }
    return ses_event("Bounce", "bounce", told)


def complaint(address: str, **told: str) -> dict:
    return ses_event(
        "Complaint", "complaint", {"complainedRecipients": [{"emailAddress": address}], **told}
    )


def ses_event(kind: str, part: str, told: dict) -> dict:
    dated = told | {"timestamp": "2026-03-01T10:00:00.123Z", "feedbackId": "0100017"}
    mail = {
        "timestamp": "2026-03-01T09:59:58.000Z",
        "messageId": "ses-1",
        "headersTruncated": False,
        "headers": [],
    }
    return {
        "source": "aws.ses",
        "detail-type": f"Email {kind}",
        "detail": {"eventType": kind, part: dated, "mail": mail},
    }
