"""Calls `POST /v1/imports` of a running system. A call that gets no answer is repeated."""

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from http.client import HTTPException
from typing import Any

from shared.tables.table import ReadRow

PATIENCE_SECONDS = 60
PAUSES_SECONDS = (0.5, 1, 2, 5, 10, 20, 40)
"""The pauses before a failed call is repeated: after no answer, status 429 or a server error. After
the last one the call fails.
"""
LOOK_SECONDS = 0.2
LONGEST_LOOK_SECONDS = 3.0


class ImportStopped(Exception):
    """The system does not accept the import; the message says why, and what to do."""


class ImportCalls:
    """The API calls of one import. If `rewards` is true, its orders earn rewards."""

    def __init__(
        self,
        url: str,
        key: str,
        kind: str,
        rewards: bool,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url, self._key, self._kind, self._rewards = url.rstrip("/"), key, kind, rewards
        self._wait = wait

    def apply(self, rows: Sequence[ReadRow]) -> dict[str, Any]:
        """Imports the rows and waits until the system has processed them.

        Returns the state of the import; it numbers rows from 1, in the given order. Raises
        `ImportStopped`.
        """
        body: dict[str, object] = {"kind": self._kind, "rows": [row.row for row in rows]}
        if self._rewards:
            body["rewards"] = True
        raw = json.dumps(body, ensure_ascii=False).encode()
        once = uuid.uuid4().hex
        run = self._call("POST", "/v1/imports", raw, {"idempotency-key": f"import-{once}"})
        look = LOOK_SECONDS
        while run["state"] == "running":
            self._wait(look)
            look = min(LONGEST_LOOK_SECONDS, look * 1.5)
            run = self._call("GET", f"/v1/imports/{run['id']}")
        if run["state"] == "failed":
            raise ImportStopped(
                f"import {run['id']} failed on the system's side; see its log. Then run the same"
                " command again: rows that are already imported change nothing"
            )
        return run

    def _call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        given = {"authorization": f"Bearer {self._key}", "content-type": "application/json"}
        request = urllib.request.Request(
            self._url + path, body, given | (headers or {}), method=method
        )
        for pause in (*PAUSES_SECONDS, None):
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                    return dict(json.load(answer))
            except urllib.error.HTTPError as refused:
                with refused:
                    if pause is None or not (refused.code == 429 or refused.code >= 500):
                        raise ImportStopped(_said(refused)) from None
            except (OSError, HTTPException) as fault:
                if pause is None:
                    raise ImportStopped(f"{self._url} does not answer: {fault}") from None
            self._wait(pause)
        raise AssertionError("the last attempt returns or raises")


def _said(refused: urllib.error.HTTPError) -> str:
    """The message of an error response, for a person."""
    try:
        problem = json.loads(refused.read(100_000))
        faults = (f"{fault['field']} {fault['message']}" for fault in problem.get("errors", ()))
        return " ".join([f"{refused.code}:", problem.get("detail") or problem["message"], *faults])
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"{refused.url} answered {refused.code}; is it the address of the API?"
