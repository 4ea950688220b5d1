"""A friend's offer by mail, to whoever typed an address on the claim page: sent at once, tried once, and the address is forgotten."""

import logging
import os
import re
from functools import cache
from typing import Any

from shared.mail_sending import header_text, sender
from shared.pages.rendering import render
from shared.pages.site import shop_name

log = logging.getLogger("grapevine")
PATIENCE_SECONDS = 3
LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[^\s@<>,;\"\\]+@[^\s@<>,;\"\\]+\.[^\s@<>,;\"\\.]+")


def is_address(text: str) -> bool:
    """Whether a mail could go there."""
    return len(text) <= LONGEST_ADDRESS and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def send_offer(to: str, language: str, **told: object) -> None:
    """A failure is logged and told to nobody: the page has the code, too."""
    from botocore.exceptions import BotoCoreError, ClientError

    subject, _, text = render("claim/mail.txt", language, **told).strip().partition("\n")
    html = render("claim/mail.html", language, subject=subject, **told)
    content = {
        "Subject": _text(header_text(subject)),
        "Body": {"Text": _text(text.strip() + "\n"), "Html": _text(html)},
        "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}],
    }
    try:
        _client().send_email(
            FromEmailAddress=sender(shop_name(), os.environ["MAIL_FROM"]),
            Destination={"ToAddresses": [to]},
            Content={"Simple": content},
        )
    except (BotoCoreError, ClientError) as error:
        log.error("an offer was not mailed: %s", type(error).__name__)


def _text(text: str) -> dict:
    return {"Data": text, "Charset": "UTF-8"}


@cache
def _client() -> Any:
    import botocore.session  # pages that send nothing do not pay for the client
    from botocore.config import Config

    patience = {"connect_timeout": PATIENCE_SECONDS, "read_timeout": PATIENCE_SECONDS}
    return botocore.session.get_session().create_client("sesv2", config=Config(retries={"total_max_attempts": 1}, **patience))
