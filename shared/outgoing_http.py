"""One attempt to hand an event to the shop's server: signed, no redirects, no body read, an end to every wait."""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from shared.domain.webhook import Delivery, Outcome, Webhook
from shared.outgoing_address import address_of
from shared.webhooks.signature import sign

CONNECT_SECONDS = 4
ATTEMPT_SECONDS = 10
"""The whole attempt, however slowly the other side drips."""


def attempt(webhook: Webhook, delivery: Delivery, base_url: str, at: datetime) -> Outcome:
    """What came of it; nothing that the other side does is an error of ours."""
    body = json.dumps(delivery.body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"content-type": "application/json", "user-agent": "Grapevine", **signed(webhook, delivery.event, body, at)}
    try:
        return Outcome(_status(webhook.url, body, headers, base_url))
    except ValueError:
        return Outcome(problem="address_refused")
    except ssl.SSLError:
        return Outcome(problem="tls_failed")
    except TimeoutError:
        return Outcome(problem="timeout")
    except (OSError, http.client.HTTPException):
        return Outcome(problem="no_answer")


def signed(webhook: Webhook, event: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks; while a secret is replaced, one signature for each of the two."""
    each = [sign("standard", secret, body, at, event) for secret in webhook.signing(at)]
    return {**each[0], "webhook-signature": " ".join(headers["webhook-signature"] for headers in each)}


def _status(url: str, body: bytes, headers: Mapping[str, str], base_url: str) -> int:
    parts = urlsplit(url)
    connection = _Connection(parts.hostname, address_of(url, base_url), parts.scheme == "https")
    ending = threading.Timer(ATTEMPT_SECONDS, connection.cut)
    ending.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {"host": parts.netloc, **headers})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        if connection.was_cut:
            raise TimeoutError from None
        raise
    finally:
        ending.cancel()
        connection.close()


class _Connection(http.client.HTTPConnection):
    """To the address that was checked, under the name that the certificate must have; asking the name again could lead elsewhere."""

    def __init__(self, host: str, address: tuple[str, int], encrypted: bool) -> None:
        super().__init__(host, address[1], timeout=CONNECT_SECONDS)
        self.address, self.encrypted, self.was_cut = address, encrypted, False

    def connect(self) -> None:
        self.sock = socket.create_connection(self.address, self.timeout)
        if self.encrypted:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        self.was_cut = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
