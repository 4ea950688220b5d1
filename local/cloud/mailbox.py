"""Stores the mails that functions send through SES (API v2). No mail leaves the machine."""

import base64
import json
import re
import sqlite3
import sys
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal, TypedDict

from local.cloud.clock import format_instant
from local.cloud.template import ACCOUNT, REGION

_SIGN_IN_LINK = re.compile(r"\S+/console/sign-in/\S+")
"""A link that signs in to the console."""


class CaughtMail(TypedDict):
    """A mail as `/_local/mail` shows it; `text` or `html` is None if the mail has no such part."""

    to: list[str]
    subject: str
    headers: dict[str, str]
    text: str | None
    html: str | None


class MailRefused(Exception):
    """The mail has a kind of content that the local cloud does not support."""


class Mailbox:
    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def send(self, request: dict[str, Any]) -> str:
        """Stores the mail of a SendEmail request and returns its message id; raises MailRefused.

        Links that sign in to the console are also printed, so that the developer need not open the
        mail.
        """
        mail = parse_mail(request)
        for link in _SIGN_IN_LINK.findall(mail["text"] or ""):
            print(
                f"grapevine: {', '.join(mail['to'])} may sign in by {link}",
                file=sys.stderr,
                flush=True,
            )
        number = self.database.execute(
            "insert into mail (item) values (?)", (json.dumps(mail, ensure_ascii=False),)
        ).lastrowid
        return f"local-{number}"

    def list_mails(self) -> list[CaughtMail]:
        """Returns all mails, the oldest first."""
        rows = self.database.execute("select item from mail order by number")
        return [json.loads(text) for (text,) in rows]


def parse_mail(request: dict[str, Any]) -> CaughtMail:
    """Returns the mail of a SendEmail request; raises MailRefused."""
    content = request.get("Content", {})
    recipients = request.get("Destination", {}).get("ToAddresses", [])
    if "Simple" in content:
        return _parse_simple(request, content["Simple"], recipients)
    if "Raw" in content:
        return _parse_raw(content["Raw"]["Data"], recipients)
    raise MailRefused("only Simple and Raw content is caught by the local cloud")


def _parse_simple(
    request: dict[str, Any], content: dict[str, Any], recipients: list[str]
) -> CaughtMail:
    headers = {header["Name"]: header["Value"] for header in content.get("Headers", [])}
    if sender := request.get("FromEmailAddress"):
        headers = {"From": sender, **headers}
    if replies := request.get("ReplyToAddresses"):
        headers["Reply-To"] = ", ".join(replies)
    body = content.get("Body", {})
    return {
        "to": recipients,
        "subject": content.get("Subject", {}).get("Data", ""),
        "headers": headers,
        "text": body.get("Text", {}).get("Data"),
        "html": body.get("Html", {}).get("Data"),
    }


def _parse_raw(data: str, recipients: list[str]) -> CaughtMail:
    mail = message_from_bytes(base64.b64decode(data), policy=policy.default)
    return {
        "to": recipients or [address.strip() for address in str(mail["To"]).split(",")],
        "subject": str(mail["Subject"]),
        "headers": {
            name: str(value) for name, value in mail.items() if name not in ("To", "Subject")
        },
        "text": _content(mail, "plain"),
        "html": _content(mail, "html"),
    }


def _content(mail: EmailMessage, kind: Literal["plain", "html"]) -> str | None:
    body = mail.get_body((kind,))
    return None if body is None else str(body.get_content())


def sent_event(request: dict[str, Any], message_id: str, at: datetime) -> dict[str, str]:
    """Returns the bus entry with which SES reports that the mail of a request was sent."""
    headers = request.get("Content", {}).get("Simple", {}).get("Headers", [])
    mail = {
        "timestamp": format_instant(at),
        "messageId": message_id,
        "source": request.get("FromEmailAddress", ""),
        "sendingAccountId": ACCOUNT,
        "destination": request.get("Destination", {}).get("ToAddresses", []),
        "headersTruncated": False,
        "headers": [{"name": header["Name"], "value": header["Value"]} for header in headers],
        "tags": {
            "ses:configuration-set": [request["ConfigurationSetName"]],
            "ses:caller-identity": [f"local-{REGION}"],
        },
    }
    return {
        "Source": "aws.ses",
        "DetailType": "Email Sent",
        "Detail": json.dumps({"eventType": "Send", "send": {}, "mail": mail}),
    }
