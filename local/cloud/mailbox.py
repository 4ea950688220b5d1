"""Catches what functions send by SES (v2 API), so that no mail leaves the machine."""

import base64
import json
import re
import sqlite3
import sys
from email import message_from_bytes, policy

_INTO_THE_CONSOLE = re.compile(r"\S+/console/sign-in/\S+")
"""The one kind of mail that somebody at this machine waits for."""
_TABLES = "create table if not exists mail (number integer primary key, item text not null)"


class MailRefused(Exception):
    """A mail in a shape that is not caught here."""


class Mailbox:
    def __init__(self, journal: sqlite3.Connection) -> None:
        self.journal = journal
        journal.execute(_TABLES)

    def send(self, request: dict) -> str:
        """The message's id."""
        item = parse_mail(request)
        for link in _INTO_THE_CONSOLE.findall(item["text"] or ""):
            print(
                f"grapevine: {', '.join(item['to'])} may sign in by {link}",
                file=sys.stderr,
                flush=True,
            )
        number = self.journal.execute(
            "insert into mail (item) values (?)", (json.dumps(item, ensure_ascii=False),)
        ).lastrowid
        return f"local-{number}"

    def items(self) -> list[dict]:
        return [
            json.loads(text)
            for (text,) in self.journal.execute("select item from mail order by number")
        ]


def parse_mail(request: dict) -> dict:
    """A request of SendEmail as `/_local/mail` shows it; raises `MailRefused`."""
    content = request.get("Content", {})
    to = request.get("Destination", {}).get("ToAddresses", [])
    if "Simple" in content:
        return _simple(request, content["Simple"], to)
    if "Raw" in content:
        return _raw(content["Raw"]["Data"], to)
    raise MailRefused("only Simple and Raw content is caught by the local cloud")


def _simple(request: dict, simple: dict, to: list[str]) -> dict:
    headers = {header["Name"]: header["Value"] for header in simple.get("Headers", [])}
    if sender := request.get("FromEmailAddress"):
        headers = {"From": sender, **headers}
    if replies := request.get("ReplyToAddresses"):
        headers["Reply-To"] = ", ".join(replies)
    body = simple.get("Body", {})
    return {
        "to": to,
        "subject": simple.get("Subject", {}).get("Data", ""),
        "headers": headers,
        "text": body.get("Text", {}).get("Data"),
        "html": body.get("Html", {}).get("Data"),
    }


def _raw(data: str, to: list[str]) -> dict:
    mail = message_from_bytes(base64.b64decode(data), policy=policy.default)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return {
        "to": to or [address.strip() for address in str(mail["To"]).split(",")],
        "subject": str(mail["Subject"]),
        "headers": {
            name: str(value) for name, value in mail.items() if name not in ("To", "Subject")
        },
        "text": text and text.get_content(),
        "html": html and html.get_content(),
    }
