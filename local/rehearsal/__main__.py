"""`python -m local.rehearsal`: deploys a build to an empty cloud on this machine and runs scenes on
it.

The exit code is 1 if anything behaves differently than it must on AWS. Nothing is left running.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from local.cloud.child_process import ChildFailed
from local.cloud.loopback import bind_loopback, port_of
from local.packaging.this_machine import OtherRelease, copy_build
from local.rehearsal import scenes
from local.rehearsal.cloud import (
    ROOT,
    RehearsalFailed,
    build_release,
    deploy,
    list_faults,
    make_update,
    open_cloud,
)
from local.rehearsal.front import Front, open_front
from local.rehearsal.load import bear_load, parse_seconds
from local.rehearsal.shop import SENDER, RehearsedShop, set_up_shop

MOST_FAULTS = 20
"""How many lines of the functions' logs are shown after a failure."""


class Rehearsal:
    """Runs scenes one after the other and prints how long each takes."""

    def __init__(self, front: Front, folder: Path, base_url: str) -> None:
        self.front, self.folder, self.base_url = front, folder, base_url
        self.began = time.monotonic()

    def play[T](self, scene: str, act: Callable[[], T]) -> T:
        began = time.monotonic()
        print(f"{scene} …", end="", flush=True)
        try:
            result = act()
        except BaseException:
            print()
            raise
        print(f" {time.monotonic() - began:.1f} s", flush=True)
        return result

    def deploy(self, scene: str, build: Path) -> None:
        parameters = {
            "BaseUrl": self.base_url,
            "MailFrom": SENDER,
            "OwnerEmail": scenes.OWNER_EMAIL,
        }
        self.play(scene, lambda: deploy(build, parameters))
        self.front.look_at(build)

    def story(self, shop: RehearsedShop) -> None:
        self.play(
            "a recommendation, from link to refund",
            lambda: scenes.tell_of_one_recommendation(shop, self.folder),
        )

    def verify(self, shop: RehearsedShop) -> None:
        print(f"  {self.play('verify', lambda: scenes.verify_books(shop))}")


def play_all(
    rehearsal: Rehearsal, build: Path, before: Path, *, before_is_this: bool, load_seconds: int
) -> None:
    """Upgrades from the build `before`, runs all scenes on the new build, and goes back.

    `before_is_this` says that `before` is this build with a small change. Then it can read what the
    last release stored; otherwise the new build is deployed again for that.
    """
    rehearsal.deploy("the release before is deployed", before)
    shop = RehearsedShop(set_up_shop(rehearsal.folder, rehearsal.base_url))
    rehearsal.story(shop)
    rehearsal.deploy("this one is deployed over it", build)
    rehearsal.verify(shop)
    rehearsal.story(RehearsedShop(shop.system))
    rehearsal.play("the end of a month", lambda: scenes.end_a_month(shop))
    rehearsal.play("the console", lambda: scenes.sign_in_and_look(shop))
    rehearsal.verify(shop)
    if load_seconds:
        print(rehearsal.play("load", lambda: bear_load(shop, load_seconds)))
        rehearsal.verify(shop)
    print(f"  {rehearsal.play('a restore', scenes.restore_tables)}")
    rehearsal.deploy("the way back: the release before again", before)
    rehearsal.verify(shop)
    if not before_is_this:
        rehearsal.deploy("and this one again", build)
    rehearsal.play(
        "what the last release stored is read",
        lambda: scenes.read_what_the_last_release_stored(shop),
    )


def main() -> int:
    arguments = _parse_arguments()
    with tempfile.TemporaryDirectory(prefix="grapevine-rehearsal-") as temporary:
        folder = Path(temporary)
        try:
            _rehearse(arguments, folder)
        except (RehearsalFailed, OtherRelease, ChildFailed) as failure:
            print(f"grapevine: {failure}", file=sys.stderr)
            return 1
    return 0


def _rehearse(arguments: argparse.Namespace, folder: Path) -> None:
    began, gate = time.monotonic(), bind_loopback(0)
    build = copy_build(arguments.build.resolve(), folder / "build")
    before = (
        build_release(arguments.from_release, folder / "before")
        if arguments.from_release
        else make_update(build, folder / "before")
    )
    with open_cloud(folder), open_front(gate) as front:
        rehearsal = Rehearsal(front, folder, f"http://127.0.0.1:{port_of(gate)}")
        try:
            play_all(
                rehearsal,
                build,
                before,
                before_is_this=not arguments.from_release,
                load_seconds=arguments.load,
            )
        except RehearsalFailed:
            print(*list_faults()[-MOST_FAULTS:], sep="\n", file=sys.stderr)
            raise
    print(f"rehearsed in {time.monotonic() - began:.0f} s")


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.rehearsal", description=__doc__)
    parser.add_argument(
        "--build",
        type=Path,
        default=ROOT / ".aws-sam" / "build",
        help="what make build made (default: %(default)s)",
    )
    parser.add_argument(
        "--from",
        dest="from_release",
        metavar="REFERENCE",
        help="a release that git knows: it is deployed first, and this one over it (default: this"
        " one with a change in every function)",
    )
    parser.add_argument(
        "--load",
        type=parse_seconds,
        default=0,
        metavar="SECONDS",
        help="so long the rehearsed stack is a busy shop's, before a restore (default: not at all)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
