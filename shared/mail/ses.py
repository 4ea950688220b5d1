"""Sending one mail through SES, by version 2 of its API.

The client never retries: after a timeout, SES may have taken the mail already.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from shared.log import logger
from shared.pages.site import shop_name
from shared.settings import MailSettings

TIMEOUT_SECONDS, PAGE_TIMEOUT_SECONDS = 10, 3
MOST_CONNECTIONS = 32
LONGEST_HEADER = 300
DEFERRING_CODES = {
    "AccountSuspendedException",
    "LimitExceededException",
    "MailFromDomainNotVerifiedException",
    "NotFoundException",
    "SendingPausedException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
REJECTING_CODES = {"BadRequestException", "MessageRejected"}
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[bBqQ]\?[^?]*\?=")
_SPACES = re.compile(" +")
_BREAKING_CATEGORIES = ("Cc", "Cf", "Zl", "Zp", "Cs")
"""Unicode's categories of control, format and separator characters."""


class MailDeferred(Exception):
    """SES may take the mail later, but not now. The message is the code of its error."""


class MailRejected(Exception):
    """SES will never take this mail. The message is the code of its error."""


class Mail(NamedTuple):
    """A mail ready to send; `headers` are those that not every mail has."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = MappingProxyType({})


def send_mail(mail: Mail) -> str:
    """Send a mail and return the id that SES gives it.

    Raises `MailDeferred` and `MailRejected`. Any other error leaves open whether SES took it.
    """
    from botocore.exceptions import ClientError

    try:
        answer = _client(TIMEOUT_SECONDS).send_email(**_request(mail), **_configuration_set())
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in DEFERRING_CODES:
            raise MailDeferred(code) from None
        if code in REJECTING_CODES:
            raise MailRejected(code) from None
        raise
    return str(answer["MessageId"])


def send_mail_from_page(mail: Mail, what: str) -> None:
    """Send a mail while somebody waits for a page: one attempt with a short timeout.

    A failure is only logged, as that of `what`; people who miss the mail can ask for it again.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        _client(PAGE_TIMEOUT_SECONDS).send_email(**_request(mail))
    except (BotoCoreError, ClientError) as error:
        logger.error("a mail was not sent", mail=what, fault=type(error).__name__)


@cache
def _client(timeout_seconds: int) -> Any:
    """Made when the first mail is sent; functions that send none do not import botocore for it."""
    import botocore.session
    from botocore.config import Config

    config = Config(
        retries={"total_max_attempts": 1},
        connect_timeout=timeout_seconds,
        read_timeout=timeout_seconds,
        max_pool_connections=MOST_CONNECTIONS,
    )
    return botocore.session.get_session().create_client("sesv2", config=config)


def _configuration_set() -> dict[str, str]:
    """Names the set by which SES sends us events about the mail, where the stack has one."""
    name = MailSettings.load().mail_configuration
    return {"ConfigurationSetName": name} if name else {}


def _request(mail: Mail) -> dict[str, object]:
    headers = {"Auto-Submitted": "auto-generated"} | dict(mail.headers)
    content = {
        "Subject": _text(clean_header(mail.subject)),
        "Body": {"Text": _text(mail.text), "Html": _text(mail.html)},
        "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
    }
    return {
        "FromEmailAddress": format_sender(shop_name(), MailSettings.load().mail_from),
        "Destination": {"ToAddresses": [mail.to]},
        "Content": {"Simple": content},
    }


def format_sender(name: str, address: str) -> str:
    """The From field: a quoted name, if there is one, and the address (RFC 5322, section 3.4)."""
    shown = clean_header(name).replace("\\", "").replace('"', "")
    return f'"{shown}" <{address}>' if shown else address


def clean_header(text: str) -> str:
    """A text that stays inside its header.

    It has no control characters, which could end the header, and no encoded words, which mail
    software may decode to control characters (RFC 2047).
    """
    clean = "".join(
        " " if unicodedata.category(character) in _BREAKING_CATEGORIES else character
        for character in text
    )
    while (shorter := _ENCODED_WORD.sub("", clean)) != clean:
        clean = shorter
    return _SPACES.sub(" ", clean.replace("=?", "")).strip()[:LONGEST_HEADER]


def _text(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
