"""A connection to another server. It goes to an IP address that was checked before, and has a time
limit.
"""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from shared.outgoing.address import resolve_address

CONNECT_SECONDS = 4


class CheckedConnection(http.client.HTTPConnection):
    """A connection to an IP address that was checked. The certificate must be valid for `host`.

    A connection by name would resolve the name again, possibly to another address.
    """

    def __init__(self, host: str, address: tuple[str, int], encrypted: bool) -> None:
        super().__init__(host, address[1], timeout=CONNECT_SECONDS)
        self.address, self.encrypted, self.was_cut = address, encrypted, False
        self._wire: socket.socket | None = None

    def connect(self) -> None:
        """Connect, and keep the socket in `_wire`: the base class drops its own reference while the
        last answer is read.
        """
        self.sock = self._wire = socket.create_connection(self.address, self.timeout)
        if self.encrypted:
            context = ssl.create_default_context()
            self.sock = self._wire = context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def cut(self) -> None:
        """Closes the socket from another thread. All calls that wait on this connection end."""
        self.was_cut = True
        if self._wire is not None:
            with contextlib.suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def open_connection(url: str, base_url: str, seconds: float) -> Iterator[CheckedConnection]:
    """A connection that is open for the `with` block, but at most for `seconds`.

    Raises `ValueError` for an address to which we send nothing, `TimeoutError`, and `OSError` or
    `HTTPException`, which may also come from the block.
    """
    parts = urlsplit(url)
    address = resolve_address(url, base_url)
    connection = CheckedConnection(parts.hostname or "", address, parts.scheme == "https")
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


def request_target(url: str) -> str:
    """Path and query of a URL, for the first line of the request."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
