"""The parts of a file that a running system hands out (decision 230)."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPException
from urllib.parse import urlencode

PATIENCE_SECONDS = 60
PAUSES_SECONDS = (0.5, 1, 2, 5, 10, 20, 40)
"""The pauses before a failed call is repeated: after no answer, status 429 or a server error, such
as that of books which are still being added up.
"""
NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')


class DownloadStopped(Exception):
    """The system does not hand out the file; the message says why."""


class FileParts:
    """Downloads with one API key."""

    def __init__(self, url: str, key: str, wait: Callable[[float], None] = time.sleep) -> None:
        self._url, self._key, self._wait = url.rstrip("/"), key, wait

    def of_text(self, path: str) -> Iterator[bytes]:
        """The parts of a file. Joined in this order, they are the file. Raises `DownloadStopped`."""
        following: str | None = path
        while following:
            body, link = self._get(following)
            yield body
            found = NEXT.search(link)
            following = found[1] if found else None

    def of_items(self, path: str) -> Iterator[bytes]:
        """The pieces of one JSON document with the items of all pages. Raises `DownloadStopped`."""
        yield b'{"items": [\n'
        cursor, between = "", ""
        while True:
            query = f"?{urlencode({'cursor': cursor})}" if cursor else ""
            page = json.loads(self._get(path + query)[0])
            rows = ",\n".join(json.dumps(item, ensure_ascii=False) for item in page["items"])
            yield (between + rows if rows else "").encode()
            between = ",\n" if between or rows else ""
            cursor = page["next_cursor"]
            if cursor is None:
                break
        yield b'\n], "next_cursor": null}\n'

    def _get(self, path: str) -> tuple[bytes, str]:
        """The body of an answer, and its header `link`."""
        headers = {"authorization": f"Bearer {self._key}"}
        request = urllib.request.Request(self._url + path, headers=headers)
        for pause in (*PAUSES_SECONDS, None):
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                    return answer.read(), answer.headers.get("link", "")
            except urllib.error.HTTPError as refused:
                with refused:
                    if pause is None or not (refused.code == 429 or refused.code >= 500):
                        told = refused.read(500).decode(errors="replace")
                        raise DownloadStopped(f"{refused.code}: {told}") from None
            except (OSError, HTTPException) as fault:
                if pause is None:
                    raise DownloadStopped(f"{self._url} does not answer: {fault}") from None
            self._wait(pause)
        raise AssertionError("the last attempt returns or raises")
