"""A real WordPress on this machine: its own PHP files from npm, served by PHP, without internet."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.running_cloud import PATIENCE_SECONDS, ROOT, reachable, wait_until

CORE = ROOT / ".venv-wordpress" / "core"
OURS = ROOT / "tests" / "browser" / "wordpress"
FOLDERS = ("", "/shop")
"""Where a WordPress is installed: at the root of its host, and in a folder."""
WORKERS = 4


def what_is_missing() -> str | None:
    """What a WordPress needs and this machine does not have; `None` if there is everything."""
    if not (CORE / "wp-load.php").exists():
        return "no WordPress: `make wordpress` sets it up"
    php = shutil.which("php")
    modules = subprocess.check_output([php, "-m"], text=True).split() if php else []
    if "pdo_sqlite" not in modules:
        return "no PHP with SQLite: install it (Debian: apt-get install php-cli php-sqlite3)"
    return None


@dataclass
class WordPress:
    """Two sites from one set of files: at `/` and in `/shop`. Their databases are in `data`."""

    data: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, folder: str, code: str) -> str:
        """What a line of PHP prints inside the site of this folder."""
        return self._php(folder, "-r", f"require '{CORE}/wp-load.php'; {code}")

    def install(self) -> None:
        for folder in FOLDERS:
            self._php(folder, str(OURS / "install.php"), str(CORE))

    def permalinks(self, folder: str, structure: str) -> None:
        """Settings → Permalinks: `""` is *Plain*, `/%postname%/` is *Post name*."""
        self.run(
            folder, f"$wp_rewrite->set_permalink_structure('{structure}'); flush_rewrite_rules();"
        )

    def option(self, folder: str, name: str, text: str) -> None:
        quoted = text.replace("\\", "\\\\").replace("'", "\\'")
        self.run(folder, f"update_option('{name}', '{quoted}');")

    def page(self, folder: str, name: str) -> str:
        """The address of a page, as WordPress itself writes it."""
        return self.run(folder, f"echo get_permalink(get_page_by_path('{name}'));")

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"WORDPRESS_ADDRESS": self.url, "WORDPRESS_DATA": str(self.data)}

    def _php(self, folder: str, *arguments: str) -> str:
        given = self.environment | {"WORDPRESS_FOLDER": folder}
        ran = subprocess.run(
            ["php", *arguments], env=given, text=True, stdout=subprocess.PIPE, check=True
        )
        return ran.stdout


@contextmanager
def running_wordpress(folder: Path, port: int) -> Iterator[WordPress]:
    """Serve both sites inside the block."""
    site, web_root = WordPress(folder / "databases", port), _web_root(folder / "web")
    site.data.mkdir()
    site.install()
    command = ["php", "-S", f"127.0.0.1:{site.port}", "-t", str(web_root)]
    workers = {"PHP_CLI_SERVER_WORKERS": str(WORKERS)}
    with (folder / "php.log").open("ab") as log:
        server = subprocess.Popen(
            command, env=site.environment | workers, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_until(lambda: reachable(f"{site.url}/wp-includes/js/jquery/jquery.min.js"))
        yield site
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(PATIENCE_SECONDS)


def _web_root(folder: Path) -> Path:
    """A folder with WordPress's files, and with the same files once more below `shop`."""
    folder.mkdir()
    for entry in CORE.iterdir():
        (folder / entry.name).symlink_to(entry)
    (folder / "shop").symlink_to(CORE)
    return folder
