"""`grapevine console`: prints a link that signs the owner in to the console of a running system.

The command requests a sign-in mail and reads the link from the mailbox of the local cloud.
"""

import argparse
import json
import re
import urllib.parse
import urllib.request
from pathlib import Path

from local.cloud.running_system import find_running_system
from local.cloud.supervisor import OWNER_EMAIL

_PATIENCE_SECONDS = 20


class NoSignInLink(Exception):
    """There is no sign-in link; the message says what to do."""


HELP = "print a one-time link to sign in to the console of a running system"
REFUSALS = (NoSignInLink,)


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(".grapevine"),
        help="folder of the running system (default: %(default)s)",
    )


def execute(arguments: argparse.Namespace) -> int:
    print(request_sign_in_link(arguments.data.resolve()))
    return 0


def request_sign_in_link(folder: Path) -> str:
    """A new sign-in link for the system that runs on the data folder; it is valid for 15 minutes.

    Raises `NoSignInLink`.
    """
    system = find_running_system(folder)
    if system is None:
        raise NoSignInLink(f"nothing runs in {folder}; start it with `grapevine run`")
    base_url = system["base_url"]
    links_before = len(_list_links(base_url))
    form = urllib.parse.urlencode({"email": OWNER_EMAIL}).encode()
    request = urllib.request.Request(f"{base_url}/console/sign-in", form, {"origin": base_url})
    urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS).close()
    links = _list_links(base_url)
    if len(links) == links_before:
        raise NoSignInLink(
            "no link was sent: too many were asked for; wait a quarter of an hour, or use the last"
            " one in /_local/mail"
        )
    return links[-1]


def _list_links(base_url: str) -> list[str]:
    """The sign-in links in all stored mails to the owner, the oldest first."""
    with urllib.request.urlopen(f"{base_url}/_local/mail", timeout=_PATIENCE_SECONDS) as answer:
        mails = json.load(answer)["items"]
    pattern = re.compile(re.escape(base_url) + r"/console/sign-in/\S+")
    return [
        link
        for mail in mails
        if mail["to"] == [OWNER_EMAIL]
        for link in pattern.findall(mail["text"] or "")
    ]
