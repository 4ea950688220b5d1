"""The shop of a rehearsal: its keys and secrets on the deployed stack, and its API calls."""

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlencode

from local.cloud.credentials import load_credentials
from local.cloud.running_system import LocalSystem
from local.demo.narration import CallResult
from local.operations.deployed_stack import client, load_stack
from local.rehearsal.cloud import ROOT, STACK, RehearsalFailed

PATIENCE_SECONDS = 180
SENDER = "shop@example.com"
_POLL_SECONDS = 0.3


def type_command(*words: str, environment: Mapping[str, str] = os.environ) -> str:
    """Runs `grapevine …` and returns its output; raises `RehearsalFailed` if the exit code is not
    0.
    """
    done = subprocess.run(
        [sys.executable, "-m", "local.cli.main", *words],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = f"{done.stdout}{done.stderr}".strip()
        raise RehearsalFailed(f"grapevine {' '.join(words)}: status {done.returncode}: {said}")
    return done.stdout.strip()


def set_up_shop(folder: Path, base_url: str) -> LocalSystem:
    """Does the setup that docs/operations.md describes: the sender of mails, webhook secrets and
    keys of the shop. Return how to access the system.
    """
    client("sesv2").create_email_identity(EmailIdentity=SENDER)
    made = load_credentials(folder, ("stripe",)).webhook_secrets
    manager, secret = client("secretsmanager"), load_stack(STACK).physical("Secrets")
    document = json.loads(manager.get_secret_value(SecretId=secret)["SecretString"])
    manager.put_secret_value(SecretId=secret, SecretString=json.dumps(document | made))
    return {
        "base_url": base_url,
        "shop_url": "",
        "secret_key": type_command("key", "shop", "--stack", STACK),
        "staff_key": type_command("key", "staff", "--stack", STACK),
        "publishable_key": "",
        "webhook_secrets": made,
        "processes": {"engine": None, "functions": None},
    }


class _EachAnswer(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follows no redirect, so that each response can be checked."""


_OPENER = urllib.request.build_opener(_EachAnswer)


class RehearsedShop:
    """Calls the rehearsed stack over HTTP; `cookies` are those of one browser."""

    def __init__(self, system: LocalSystem) -> None:
        self.system, self.cookies = system, dict[str, str]()
        self.mark = secrets.token_hex(3)

    def ask(
        self, method: str, path: str, body: object = None, key: str = "secret_key"
    ) -> CallResult:
        """Sends a request of the shop's server, or of staff if `key` is `staff_key`."""
        headers = {
            "authorization": f"Bearer {self.system[key]}",  # type: ignore[literal-required]  # a key's name
            "content-type": "application/json",
        }
        return self.send(method, path, None if body is None else json.dumps(body).encode(), headers)

    def browse(self, method: str, path: str, form: Mapping[str, str] | None = None) -> CallResult:
        """Sends a request as a browser does from a page of the same site; cookies are kept."""
        headers = {
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "sec-fetch-site": "same-origin",
            "sec-fetch-dest": "document",
            "content-type": "application/x-www-form-urlencoded",
        }
        answer = self.send(method, path, urlencode(form).encode() if form else None, headers)
        for cookie in answer.headers.get("set-cookie", "").split(", "):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> CallResult:
        request = urllib.request.Request(
            self.system["base_url"] + path,
            b"" if body is None and method != "GET" else body,
            headers,
            method=method,
        )
        try:
            answer = _OPENER.open(request, timeout=PATIENCE_SECONDS)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            names = {name.lower(): value for name, value in answer.headers.items()}
            return CallResult(answer.status, names, answer.read())

    def get(self, path: str, key: str = "secret_key") -> CallResult:
        return expect(200, self.ask("GET", path, key=key), f"GET {path}")

    def set_clock(self, now: str | None) -> None:
        expect(200, self.ask("POST", "/_local/clock", {"now": now}), "the clock")

    def drain(self) -> None:
        drained = expect(200, self.ask("POST", "/_local/drain", {}), "the queues").json
        if any(drained["dead_letters"].values()):
            raise RehearsalFailed(f"dead letters: {drained['dead_letters']}")


def expect(status: int, answer: CallResult, what: str) -> CallResult:
    """Returns the response if it has the status; raises `RehearsalFailed` otherwise."""
    if answer.status != status:
        raise RehearsalFailed(
            f"{what} answered {answer.status} in place of {status}: {answer.body.decode()[:400]}"
        )
    return answer


def wait_for[T](what: str, question: Callable[[], T]) -> T:
    """Calls `question` until its result is true, and returns the result; raises `RehearsalFailed`
    after 180 seconds.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := question()):
        if time.monotonic() > deadline:
            raise RehearsalFailed(f"{what} did not happen within {PATIENCE_SECONDS} s")
        time.sleep(_POLL_SECONDS)
    return answer
