"""SES, version 2 of its API: one mail, sent or not, never twice by a retry of the client's own."""

import os
import re
import unicodedata
from functools import cache
from typing import Any, NamedTuple

from shared.domain.mail import Letter
from shared.mail_links import reference
from shared.pages.site import shop_name

PATIENCE_SECONDS = 10
LONGEST_HEADER = 300
NOT_NOW = {
    "AccountSuspendedException",
    "LimitExceededException",
    "MailFromDomainNotVerifiedException",
    "NotFoundException",
    "SendingPausedException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
NEVER = {"BadRequestException", "MessageRejected"}
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[bBqQ]\?[^?]*\?=")
_SPACES = re.compile(" +")


class NotNow(Exception):
    """SES did not take the mail, and may later; its code is the message."""


class Never(Exception):
    """SES will not take this mail; its code is the message."""


class Written(NamedTuple):
    """A mail as it is sent."""

    letter: Letter
    to: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str


def send(written: Written) -> str:
    """SES's id of the mail; raises `NotNow`, `Never`, and what leaves open whether it was taken."""
    from botocore.exceptions import ClientError

    try:
        return _client().send_email(**_request(written))["MessageId"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in NOT_NOW:
            raise NotNow(code) from None
        if code in NEVER:
            raise Never(code) from None
        raise


@cache
def _client() -> Any:
    """Without retries: one after a timeout would send a mail again that SES had taken."""
    import botocore.session
    from botocore.config import Config

    patience = {"connect_timeout": PATIENCE_SECONDS, "read_timeout": PATIENCE_SECONDS, "max_pool_connections": 32}
    return botocore.session.get_session().create_client("sesv2", config=Config(retries={"total_max_attempts": 1}, **patience))


def _request(written: Written) -> dict:
    headers = {
        "List-Unsubscribe": f"<{written.unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Grapevine-Kind": written.letter.kind,
        "X-Grapevine-Mail": reference(written.letter),
    }
    content = {
        "Subject": _text(header_text(written.subject)),
        "Body": {"Text": _text(written.text), "Html": _text(written.html)},
        "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
    }
    told = {"ConfigurationSetName": name} if (name := os.environ.get("MAIL_CONFIGURATION")) else {}
    return told | {
        "FromEmailAddress": sender(shop_name(), os.environ["MAIL_FROM"]),
        "Destination": {"ToAddresses": [written.to]},
        "Content": {"Simple": content},
    }


def sender(name: str, address: str) -> str:
    """The From field: a name in quotes where there is one (RFC 5322, section 3.4)."""
    shown = header_text(name).replace("\\", "").replace('"', "")
    return f'"{shown}" <{address}>' if shown else address


def header_text(text: str) -> str:
    """A text that stays in its header: no control characters, no encoded words, which mail software would decode to some (RFC 2047)."""
    plain = "".join(" " if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs") else character for character in text)
    while (found := _ENCODED_WORD.sub("", plain)) != plain:
        plain = found
    return _SPACES.sub(" ", plain.replace("=?", "")).strip()[:LONGEST_HEADER]


def _text(text: str) -> dict:
    return {"Data": text, "Charset": "UTF-8"}
