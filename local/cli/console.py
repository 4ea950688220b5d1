"""The owner's link into the console of a running system, out of the mail that it caught."""

import json
import re
import urllib.parse
import urllib.request
from pathlib import Path

from local.cloud.running_system import find_running_system
from local.cloud.supervisor import OWNER_EMAIL

_PATIENCE_SECONDS = 20


class CannotEnter(Exception):
    """No link; the message says what to do."""


def sign_in_link(folder: Path) -> str:
    """A fresh one, for 15 minutes; raises `CannotEnter`."""
    told = find_running_system(folder)
    if told is None:
        raise CannotEnter(f"nothing runs in {folder}; start it with `grapevine run`")
    base_url = told["base_url"]
    before = len(_links(base_url))
    form = urllib.parse.urlencode({"email": OWNER_EMAIL}).encode()
    asked = urllib.request.Request(f"{base_url}/console/sign-in", form, {"origin": base_url})
    urllib.request.urlopen(asked, timeout=_PATIENCE_SECONDS).close()
    links = _links(base_url)
    if len(links) == before:
        raise CannotEnter(
            "no link was sent: too many were asked for; wait a quarter of an hour, or use the last one in /_local/mail"
        )
    return links[-1]


def _links(base_url: str) -> list[str]:
    with urllib.request.urlopen(f"{base_url}/_local/mail", timeout=_PATIENCE_SECONDS) as answer:
        mails = json.load(answer)["items"]
    pattern = re.compile(re.escape(base_url) + r"/console/sign-in/\S+")
    return [
        link
        for mail in mails
        if mail["to"] == [OWNER_EMAIL]
        for link in pattern.findall(mail["text"] or "")
    ]
