"""A connection to somebody else's server: to the address that was checked, and with an end to every wait."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from shared.outgoing.address import address_of

CONNECT_SECONDS = 4


class Connection(http.client.HTTPConnection):
    """To the address that was checked, under the name that the certificate must have; asking the name again could lead elsewhere."""

    def __init__(self, host: str, address: tuple[str, int], encrypted: bool) -> None:
        super().__init__(host, address[1], timeout=CONNECT_SECONDS)
        self.address, self.encrypted, self.was_cut = address, encrypted, False
        self._wire: socket.socket | None = None

    def connect(self) -> None:
        """The wire is remembered, because a connection forgets its socket while the last answer is read."""
        self.sock = self._wire = socket.create_connection(self.address, self.timeout)
        if self.encrypted:
            context = ssl.create_default_context()
            self.sock = self._wire = context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def cut(self) -> None:
        self.was_cut = True
        if self._wire is not None:
            with contextlib.suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def connected(url: str, base_url: str, seconds: float) -> Iterator[Connection]:
    """For as long as a block lasts, and no longer than `seconds`, however slowly the other side drips.

    Raises `ValueError` for an address that nothing is sent to, `TimeoutError`, `OSError` and `HTTPException` (also of the block).
    """
    parts = urlsplit(url)
    connection = Connection(parts.hostname, address_of(url, base_url), parts.scheme == "https")
    ending = threading.Timer(seconds, connection.cut)
    ending.start()
    try:
        yield connection
    except (OSError, http.client.HTTPException):
        if connection.was_cut:
            raise TimeoutError from None
        raise
    finally:
        ending.cancel()
        connection.close()


def target_of(url: str) -> str:
    """What a request line names: path and query."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
