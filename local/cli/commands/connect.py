"""`grapevine connect`: connects a store of a shop platform and shows the progress.

The command uses the API of a running system. Secrets come from environment variables or are typed
in, because other processes can see arguments on the command line.
"""

import argparse
import getpass
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.domain.platforms.connection import CONNECTED, CONNECTING, OFFER, STEPS

HELP = "connect a store at Shopify, WooCommerce, Stripe, BigCommerce, Paddle or Lemon Squeezy"
ASKED = {
    "shopify": ("client_id", "client_secret"),
    "woocommerce": ("consumer_key", "consumer_secret"),
    "stripe": ("access_token",),
    "bigcommerce": ("access_token",),
    "paddle": ("access_token",),
    "lemonsqueezy": ("access_token",),
}
"""The secrets that each platform needs, by the names in `POST /v1/connections`."""
PATIENCE_SECONDS, PAUSE_SECONDS = 600, 2


class CannotConnect(Exception):
    """The system refused the request or did not answer; the message says why."""


REFUSALS = (CannotConnect,)


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("provider", choices=ASKED)
    parser.add_argument(
        "--store", default="", help="the store's address, such as my-shop.myshopify.com"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(".grapevine"),
        help="folder of a system on this machine (default: %(default)s)",
    )
    parser.add_argument(
        "--url", help="address of a deployed system; its staff key is in GRAPEVINE_STAFF_KEY"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Prints each finished step until the store is connected or stopped, for ten minutes at most.
    Returns 1 if a problem was reported, otherwise 0. Raises `CannotConnect`.
    """
    url, key = _system(arguments)
    form = {"provider": arguments.provider, "store": arguments.store}
    form |= {name: _read_secret(name) for name in ASKED[arguments.provider]}
    made = _ask(url, key, "POST", "/v1/connections", form)
    seen, shown = made, 0
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        done = [step for step in STEPS if seen["steps"][step]]
        for step in done[shown:]:
            print(f"  ✓ {step}")
        shown = len(done)
        if seen["state"] != CONNECTING or time.monotonic() > deadline:
            break
        time.sleep(PAUSE_SECONDS)
        seen = _ask(url, key, "GET", f"/v1/connections/{made['id']}", None)
    print(f"{seen['store']} is {seen['state']}: {seen['members']} members, {seen['codes']} codes")
    if seen["state"] == CONNECTED and not seen["steps"][OFFER]:
        print("The program takes nothing off for friends, so there are no codes. Add a discount.")
    if seen["problem"]:
        print(f"grapevine: {seen['problem']}", file=sys.stderr)
    return 1 if seen["problem"] else 0


def _system(arguments: argparse.Namespace) -> tuple[str, str]:
    """The address of the system and a staff key for it; raises `CannotConnect`."""
    if arguments.url:
        key = os.environ.get("GRAPEVINE_STAFF_KEY")
        if not key:
            raise CannotConnect(
                "set GRAPEVINE_STAFF_KEY to a staff key (create one with: grapevine key staff)"
            )
        return arguments.url.rstrip("/"), key
    try:
        local = json.loads((arguments.data / "local.json").read_text())
    except (OSError, ValueError):
        raise CannotConnect(
            f"no system is running in {arguments.data}; start it with grapevine run, or give --url"
        ) from None
    return local["base_url"], local["staff_key"]


def _read_secret(name: str) -> str:
    """The secret in the environment variable `GRAPEVINE_<NAME>`; without one the user is asked and
    types it unseen.
    """
    return os.environ.get(f"GRAPEVINE_{name.upper()}") or getpass.getpass(f"{name}: ")


def _ask(url: str, key: str, method: str, path: str, body: object) -> dict[str, Any]:
    raw = None if body is None else json.dumps(body).encode()
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    asked = urllib.request.Request(url + path, raw, headers, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            seen: dict[str, Any] = json.load(answer)
            return seen
    except urllib.error.HTTPError as refused:
        said = json.loads(refused.read() or b"{}")
        raise CannotConnect(_sentence_of(said) or f"{url}: {refused.code}") from None
    except OSError as problem:
        raise CannotConnect(f"{url} does not answer: {problem}") from None


def _sentence_of(said: Mapping[str, Any]) -> str | None:
    """What a refusal says: which fields to correct, or why the platform refuses."""
    faults = [f"{fault['field']} {fault['message']}" for fault in said.get("errors", ())]
    return "; ".join(faults) if said.get("code") == "invalid" and faults else said.get("detail")
