"""Handles events of SES: a mail that it accepted, a bounce, a complaint.

Their fields are documented in the Amazon SES developer guide, "Examples of event data".
"""

from collections.abc import Mapping
from typing import Any

from shared.domain.instants import parse_instant
from shared.domain.outgoing.mail import BOUNCED, COMPLAINED
from shared.mail.delivery import mark_sent
from shared.mail.links import decode_mail_key
from shared.mail.recipients import suppress_address
from shared.secrets import hash_email

KEY_HEADER = "x-grapevine-mail"
LASTING_BOUNCE = "Permanent"
"""The type of a bounce that will not pass. Other types, such as a full mailbox, are ignored."""
NOT_SPAM = "not-spam"
"""The type of a complaint that says that the mail was not spam."""


def handle_feedback(event: Mapping[str, Any]) -> None:
    """Records a mail as sent, or suppresses the addresses of a bounce or complaint. Other events
    change nothing.
    """
    detail = event["detail"]
    kind = detail.get("eventType")
    if kind == "Send":
        _mark_sent(detail["mail"])
    elif kind == "Bounce" and detail["bounce"]["bounceType"] == LASTING_BOUNCE:
        _suppress(detail["bounce"], "bouncedRecipients", BOUNCED)
    elif kind == "Complaint" and detail["complaint"].get("complaintFeedbackType") != NOT_SPAM:
        _suppress(detail["complaint"], "complainedRecipients", COMPLAINED)


def _mark_sent(mail: Mapping[str, Any]) -> None:
    for header in mail.get("headers", ()):
        if header["name"].lower() == KEY_HEADER:
            key = decode_mail_key(header["value"])
            if key:
                mark_sent(key, mail["messageId"])
            return


def _suppress(feedback: Mapping[str, Any], recipients: str, reason: str) -> None:
    """Suppress the addresses in the field `recipients` of a bounce or complaint."""
    at = parse_instant(feedback["timestamp"])
    for recipient in feedback[recipients]:
        suppress_address(hash_email(recipient["emailAddress"]), reason, at)
