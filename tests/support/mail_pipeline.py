"""The way of mails without a cloud: streams become messages of the mail queue, messages go to the
function that sends mails, and what SES would take is caught.
"""

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
from tests.support.settlement_runs import open_settlement
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
BEFORE, AFTER = "killed before SES has it", "killed after SES has it"
MAILED_EVENTS = ("StatementIssued", "RewardPosted", "GroupChanged", "MemberJoined")


class Died(BaseException):
    """The process was killed in the middle of a request."""


class PostOffice:
    """A stand-in for SES and for the mail queue.

    `answers` say what SES does with the next mails: `""` takes one, a code refuses it, `BEFORE` and
    `AFTER` kill the function. The last answer holds for all mails after it. `mails` are those taken,
    `queued` the messages that were sent to the mail queue, `pauses` their delays in seconds.
    """

    def __init__(self) -> None:
        self.answers, self.mails, self.requests, self.queued, self.pauses = [""], [], [], [], []

    def on_send_email(self, params: dict, **_) -> tuple[SimpleNamespace, dict]:
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

    def on_send_message(self, params: dict, **_) -> None:
        request = json.loads(params["body"])
        if request["QueueUrl"] == os.environ["MAIL_QUEUE"]:
            self.queued.append(request["MessageBody"])
            self.pauses.append(request.get("DelaySeconds", 0))

    def new_messages(self, at: datetime = NOW) -> list[str]:
        """Messages of the mail queue for what was written since the last call.

        `at` is the time of the writing, because the engine has a clock of its own.
        """
        records = lambda_event(stream_records())["Records"]
        for record in records:
            record["dynamodb"]["ApproximateCreationDateTime"] = at.timestamp()
        written = [record for raw in records if (record := stream_record_of(raw))]
        context = load_event_context(written)
        events = [
            event
            for record in written
            for event in build_events(record, context)
            if event.kind in MAILED_EVENTS
        ]
        return [json.dumps({"detail-type": event.kind, "detail": event.detail}) for event in events]

    def hand_over(self, *bodies: str, receipt: int = 1) -> list[str]:
        """Hands messages to the function; returns those that failed, which come again."""
        attributes = {"ApproximateReceiveCount": str(receipt)}
        records = [{"messageId": body, "body": body, "attributes": attributes} for body in bodies]
        return [
            failure["itemIdentifier"]
            for failure in send_mail.handler({"Records": records})["batchItemFailures"]
        ]

    def deliver(self) -> list[dict]:
        """Sends everything that there is to mail; returns the mails in the order of sending."""
        before = len(self.mails)
        for body in self.new_messages():
            assert self.hand_over(body) == []
        while self.queued:
            assert self.hand_over(self.queued.pop(0)) == []
        return self.mails[before:]

    def give_feedback(self, *events: dict) -> None:
        records = [
            {"messageId": str(place), "body": json.dumps(event)}
            for place, event in enumerate(events)
        ]
        assert handle_mail_feedback.handler({"Records": records}) == {"batchItemFailures": []}

    def taken_event(self, place: int = -1) -> dict:
        """The event by which SES says that it took a mail."""
        entry = sent_event(self.requests[place], "ses-told", NOW)
        return {
            "source": "aws.ses",
            "detail-type": entry["DetailType"],
            "time": instant_text(NOW),
            "detail": json.loads(entry["Detail"]),
        }


@contextmanager
def open_office(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """A shop that sends mails of every kind."""
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
    """A stand-in for SES in the environment as it is."""
    office = PostOffice()
    ses_events = ses._client(ses.TIMEOUT_SECONDS).meta.events
    sqs_events = queue.client().meta.events
    ses_events.register("before-call.sesv2.SendEmail", office.on_send_email)
    sqs_events.register("before-call.sqs.SendMessage", office.on_send_message)
    try:
        yield office
    finally:
        ses_events.unregister("before-call.sesv2.SendEmail", office.on_send_email)
        sqs_events.unregister("before-call.sqs.SendMessage", office.on_send_message)


def sign_up(shop: Shop, member_id: str, /, **form):
    """Registers a member with a name and an address, known by the hash of the real system."""
    fields = {
        "login": member_id.lower(),
        "name": member_id,
        "email": f"{member_id.lower()}@example.com",
    } | form
    return register_member(
        member_id,
        parse_member_form(
            {field: value for field, value in fields.items() if value}, secrets.hash_email
        ),
        shop.at,
    )


def kinds(sent: list[dict]) -> list[str]:
    return [mail["headers"]["X-Grapevine-Kind"] for mail in sent]


def of_kind(sent: list[dict], kind: str) -> dict:
    (mail,) = [mail for mail in sent if mail["headers"]["X-Grapevine-Kind"] == kind]
    return mail


def end_month(at: datetime) -> None:
    with open_settlement() as month:
        month.end(at)


def outcomes(member: str) -> dict[str, str]:
    return {
        "/".join(record.key[1:]): record.state for record in mails.mail_records(member, 100, "")[0]
    }


def bounce(address: str, kind: str = "Permanent") -> dict:
    """An event of SES (developer guide, "Examples of event data")."""
    details = {
        "bounceType": kind,
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": address, "action": "failed"}],
    }
    return ses_event("Bounce", "bounce", details)


def complaint(address: str, **fields: str) -> dict:
    return ses_event(
        "Complaint", "complaint", {"complainedRecipients": [{"emailAddress": address}], **fields}
    )


def ses_event(kind: str, part: str, details: dict) -> dict:
    dated = details | {"timestamp": "2026-03-01T10:00:00.123Z", "feedbackId": "0100017"}
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
