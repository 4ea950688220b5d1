"""The mail with the link into the console."""

import logging
import os
from functools import cache
from typing import Any

from shared.pages.rendering import render

log = logging.getLogger("grapevine")


def send_link(to: str, token: str, language: str) -> None:
    """By SES (version 2 of its API); tried once, for whoever waits can ask again. A failure is logged: it is told to nobody outside."""
    from botocore.exceptions import BotoCoreError, ClientError

    told = {"address": f"{os.environ['BASE_URL']}/console/sign-in/{token}"}
    subject = render("console/sign_in_subject.txt", language).strip()
    text, html = render("console/sign_in.txt", language, **told), render("console/sign_in_mail.html", language, **told)
    body = {"Text": _text(text), "Html": _text(html)}
    content = {"Simple": {"Subject": _text(subject), "Body": body, "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}]}}
    try:
        _client().send_email(FromEmailAddress=os.environ["MAIL_FROM"], Destination={"ToAddresses": [to]}, Content=content)
    except (BotoCoreError, ClientError) as error:
        log.error("a link into the console was not mailed: %s", type(error).__name__)


def _text(text: str) -> dict:
    return {"Data": text, "Charset": "UTF-8"}


@cache
def _client() -> Any:
    import botocore.session  # pages that send nothing do not pay for the client
    from botocore.config import Config

    config = Config(retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=5)
    return botocore.session.get_session().create_client("sesv2", config=config)
