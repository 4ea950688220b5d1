"""SES, version 2 of its API: one mail, sent or not, never twice by a retry of the client's own."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from shared.log import logger
from shared.pages.site import shop_name
from shared.settings import MailSettings

PATIENCE_SECONDS, PATIENCE_OF_A_PAGE_SECONDS = 10, 3
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


class Mail(NamedTuple):
    """A mail as it is sent; `headers` are those that not every mail of ours has."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = MappingProxyType({})


def send(mail: Mail) -> str:
    """SES's id of the mail; raises `NotNow`, `Never`, and what leaves open whether it was taken."""
    from botocore.exceptions import ClientError

    try:
        return _client(PATIENCE_SECONDS).send_email(**_request(mail), **_watched())["MessageId"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in NOT_NOW:
            raise NotNow(code) from None
        if code in NEVER:
            raise Never(code) from None
        raise


def send_from_page(mail: Mail, what: str) -> None:
    """While somebody waits for a page: tried once, not for long. A failure is logged as `what` and told to nobody; they can ask again."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        _client(PATIENCE_OF_A_PAGE_SECONDS).send_email(**_request(mail))
    except (BotoCoreError, ClientError) as error:
        logger.error("a mail was not sent", mail=what, fault=type(error).__name__)


@cache
def _client(patience_seconds: int) -> Any:
    """Without retries: one after a timeout would send a mail again that SES had taken. Pages that send nothing do not pay for it."""
    import botocore.session
    from botocore.config import Config

    patience = {
        "connect_timeout": patience_seconds,
        "read_timeout": patience_seconds,
        "max_pool_connections": 32,
    }
    return botocore.session.get_session().create_client(
        "sesv2", config=Config(retries={"total_max_attempts": 1}, **patience)
    )


def _watched() -> dict:
    """By the set of which SES tells what became of a mail."""
    return {"ConfigurationSetName": name} if (name := MailSettings.load().mail_configuration) else {}


def _request(mail: Mail) -> dict:
    headers = {"Auto-Submitted": "auto-generated"} | dict(mail.headers)
    content = {
        "Subject": _text(header_text(mail.subject)),
        "Body": {"Text": _text(mail.text), "Html": _text(mail.html)},
        "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
    }
    return {
        "FromEmailAddress": sender(shop_name(), MailSettings.load().mail_from),
        "Destination": {"ToAddresses": [mail.to]},
        "Content": {"Simple": content},
    }


def sender(name: str, address: str) -> str:
    """The From field: a name in quotes where there is one (RFC 5322, section 3.4)."""
    shown = header_text(name).replace("\\", "").replace('"', "")
    return f'"{shown}" <{address}>' if shown else address


def header_text(text: str) -> str:
    """A text that stays in its header: no control characters, no encoded words, which mail software would decode to some (RFC 2047)."""
    plain = "".join(
        " " if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs") else character
        for character in text
    )
    while (found := _ENCODED_WORD.sub("", plain)) != plain:
        plain = found
    return _SPACES.sub(" ", plain.replace("=?", "")).strip()[:LONGEST_HEADER]


def _text(text: str) -> dict:
    return {"Data": text, "Charset": "UTF-8"}
