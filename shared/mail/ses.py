"""Sends one mail with version 2 of the SES API.

The client never retries, because SES may have accepted a mail before a timeout.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from shared.log import logger
from shared.settings import MailSettings, ShopSettings

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
"""Unicode categories of control, format, separator and surrogate characters."""


class MailDeferred(Exception):
    """SES does not accept the mail now but may do so later. The message is SES's error code."""


class MailRejected(Exception):
    """SES will never accept this mail. The message is SES's error code."""


class Mail(NamedTuple):
    """A mail ready to be sent.

    * `headers`: headers that only some mails have.
    * `sender`: the name of the sender. If it is empty, the template's parameter gives the name.
    * `reply_to`: the address for answers; empty for the sender's own.
    """

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = MappingProxyType({})
    sender: str = ""
    reply_to: str = ""


def send_mail(mail: Mail) -> str:
    """Sends a mail and returns its id at SES.

    Raises `MailDeferred` or `MailRejected`. After any other error it is unknown whether SES
    accepted the mail.
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


def send_mail_from_page(mail: Mail, what: str) -> bool:
    """Sends a mail while a person waits for a page: one attempt with a short timeout. Returns
    whether it was accepted.

    A failure is logged under the name `what`. A person who does not get the mail can ask for it
    again.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        _client(PAGE_TIMEOUT_SECONDS).send_email(**_request(mail))
        return True
    except (BotoCoreError, ClientError) as error:
        logger.error("a mail was not sent", mail=what, fault=type(error).__name__)
        return False


@cache
def _client(timeout_seconds: int) -> Any:
    """An SES client. botocore is imported here, so that functions that send no mail do not load it."""
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
    """The SES configuration set that makes SES send us events about the mail. Empty if the stack
    has none.
    """
    name = MailSettings.load().mail_configuration
    return {"ConfigurationSetName": name} if name else {}


def _request(mail: Mail) -> dict[str, object]:
    headers = {"Auto-Submitted": "auto-generated"} | dict(mail.headers)
    content = {
        "Subject": _text(clean_header(mail.subject)),
        "Body": {"Text": _text(mail.text), "Html": _text(mail.html)},
        "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
    }
    shop = ShopSettings.load()
    sender = mail.sender or shop.shop_name or urlsplit(shop.shop_url).netloc
    return {
        "FromEmailAddress": format_sender(sender, MailSettings.load().mail_from),
        "Destination": {"ToAddresses": [mail.to]},
        **({"ReplyToAddresses": [mail.reply_to]} if mail.reply_to else {}),
        "Content": {"Simple": content},
    }


def format_sender(name: str, address: str) -> str:
    """The From field: the name in quotes, if there is one, and the address (RFC 5322, section 3.4)."""
    shown = clean_header(name).replace("\\", "").replace('"', "")
    return f'"{shown}" <{address}>' if shown else address


def clean_header(text: str) -> str:
    """A text that cannot end its header and begin another one.

    Control characters are replaced by spaces. Encoded words are removed, because mail software may
    decode them to control characters (RFC 2047). The result has at most 300 characters.
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
