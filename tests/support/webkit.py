"""WebKit, the engine of Safari, as Debian ships it (webkit2gtk-driver), driven by W3C WebDriver."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.support.running_cloud import free_port, reachable, request, wait_until

PROGRAMS = ("WebKitWebDriver", "Xvfb")
WANTED = "no WebKit: apt-get install webkit2gtk-driver xvfb"
LONGEST_SECONDS = 120


class WebKit:
    """A window without cookies."""

    def __init__(self, driver: str) -> None:
        self.driver = driver
        session = self._called("POST", f"{driver}/session", {"capabilities": {}})
        self.session = f"{driver}/session/{session['sessionId']}"

    def visit(self, address: str) -> None:
        """Open an address and wait until the page is loaded."""
        self._called("POST", f"{self.session}/url", {"url": address})

    def run(self, script: str, *given: object) -> object:
        """Run the body of a JavaScript function in the page; return what it returns."""
        return self._called(
            "POST", f"{self.session}/execute/sync", {"script": script, "args": list(given)}
        )

    def width(self, pixels: int) -> None:
        self._called("POST", f"{self.session}/window/rect", {"width": pixels, "height": 900})

    def close(self) -> None:
        self._called("DELETE", self.session)

    @staticmethod
    def _called(method: str, url: str, body: object = None) -> object:
        answer = request(url, method, body, seconds=LONGEST_SECONDS).json["value"]
        assert not (isinstance(answer, dict) and "error" in answer), answer
        return answer


def is_there() -> bool:
    return all(map(shutil.which, PROGRAMS))


@contextmanager
def driver() -> Iterator[str]:
    """Yield the address of a driver that draws on a virtual screen."""
    with ExitStack() as running:
        screen = running.enter_context(
            ended(["Xvfb", "-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "1400x1000x24"])
        )
        display, port = f":{screen.stdout.readline().decode().strip()}", free_port()
        running.enter_context(
            ended(["WebKitWebDriver", f"--port={port}", "--host=127.0.0.1"], {"DISPLAY": display})
        )
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: reachable(f"{url}/status"))
        yield url


@contextmanager
def ended(
    command: list[str], environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        command,
        env=os.environ | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
