"""The story of `grapevine demo`: a link, a purchase, a reward, a refund, and a ledger without
differences.

Every step is a real API call that is shown to the reader.
"""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from local.cloud.clock import parse_instant
from local.cloud.running_system import LocalSystem, find_running_system, start_system
from local.demo.narration import Narration, check
from local.demo.story_calls import StoryCalls, has_first_terms

PAID, REFUNDED = 12_490, 3_123
"""In minor units: 100.00 EUR of items plus shipping and tax, and a refund of a quarter of that."""


def demo(folder: Path, out: TextIO) -> int:
    """Shows the story on the system that uses the folder, and returns 0.

    If no suitable system runs, a new one is started for the story. Raises StoryFailed, or
    ChildFailed if the new system does not start.
    """
    with _system(folder, out) as (local, bodies):
        narration = Narration(local["base_url"], out)
        calls = StoryCalls(narration, local, bodies, secrets.token_hex(2))
        _introduce(narration, local, bodies)
        tell_story(narration, calls)
    return 0


@contextmanager
def _system(folder: Path, out: TextIO) -> Iterator[tuple[LocalSystem, Path]]:
    """Yields a running system and a folder for the bodies of webhooks.

    This is the system that runs on the folder, if it still has the first version of the default
    program. Otherwise a new system runs for the time of the block.
    """
    local = find_running_system(folder)
    if local and has_first_terms(local):
        bodies = folder / "demo"
        bodies.mkdir(exist_ok=True)
        yield local, bodies
        return
    why = f"The system in {folder} has terms of its own" if local else f"No system runs in {folder}"
    print(f"{why}; starting one for this story alone …", file=out, flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="grapevine-demo-") as temporary,
        start_system(Path(temporary) / "data", "--no-demo") as local,
    ):
        yield local, Path(temporary)


def _introduce(narration: Narration, local: LocalSystem, bodies: Path) -> None:
    narration.say(
        "\nGrapevine in eight steps. Everything below really happens;"
        " the lines can be pasted into a shell.\n"
    )
    narration.shell(
        [
            f"cd {bodies}",
            f"BASE={local['base_url']}",
            f"KEY={local['secret_key']}     # the shop's server",
            f"STAFF={local['staff_key']}   # people who run the program",
            f"STRIPE={local['webhook_secrets']['stripe']}",
            "sign() { t=$(date +%s); printf 'Stripe-Signature: t=%s,v1=%s' $t"
            ' "$(printf \'%s.%s\' $t "$(cat $1)" |',
            '         openssl dgst -sha256 -hmac "$STRIPE" -r | cut -d\' \' -f1)"; }',
        ]
    )


def tell_story(narration: Narration, calls: StoryCalls) -> None:
    """Shows all steps; raises StoryFailed if a result differs from the story."""
    _register(narration, calls)
    token = _follow(narration, calls)
    _buy(narration, calls, token)
    _look_at_reward(narration, calls)
    _look_at_order(narration, calls)
    _refund(narration, calls)
    _repeat(narration, calls)
    _verify(narration, calls)


def _register(narration: Narration, calls: StoryCalls) -> None:
    narration.chapter("Anna registers at the shop")
    member = calls.register()
    narration.explain(
        f"Anna is a member. She shares her link, or says her code aloud: {member['code']}."
    )


def _follow(narration: Narration, calls: StoryCalls) -> str:
    narration.chapter("A friend's browser follows her link")
    token = calls.follow()
    narration.explain(
        "The browser is sent on to the shop with a cookie, gv_ref."
        " Nobody knows who it is yet: a visitor."
    )
    return token


def _buy(narration: Narration, calls: StoryCalls, token: str) -> None:
    narration.chapter("The friend buys, and Stripe tells of it")
    calls.pay(token, PAID)
    narration.explain(
        "The shop put the cookie into the metadata of its Checkout session. The delivery is signed;"
        " it goes over the bus and a queue to the function that rewards. Drained means: done."
    )


def _look_at_reward(narration: Narration, calls: StoryCalls) -> None:
    narration.chapter("Anna has a reward")
    (entry,) = calls.entries()
    check("the reward", entry["amount"], 1000)
    check("its sentence", entry["text"], f"Income from referral program from {calls.friend}")
    balance = calls.balance()
    check("what is pending", (balance["pending"], balance["available"]), (1000, 0))
    due = parse_instant(entry["available_on"])
    later = calls.balance(due)
    check("what is available later", later["available"], 1000)
    narration.explain(
        "10 % of the 100.00 EUR of items is 10.00 EUR, pending for the 14 days in which goods"
        f" come back. On {due:%d %B %Y} it is available by itself: no job has to run for it."
    )


def _look_at_order(narration: Narration, calls: StoryCalls) -> None:
    narration.chapter("Why Anna, and on which terms")
    order = calls.order()
    check("who won", order["winner"]["advocate"], calls.advocate)
    kinds = [evidence["kind"] for evidence in order["evidence"]]
    check("what was found", "ref_token" in kinds, True)
    narration.explain(
        "Every order shows the evidence that was found, what won, and each reward"
        " with its inputs and steps."
    )


def _refund(narration: Narration, calls: StoryCalls) -> None:
    narration.chapter("A quarter of the money goes back to the friend")
    calls.refund(REFUNDED)
    entries = calls.entries()
    check(
        "the history",
        [(entry["kind"], entry["amount"]) for entry in entries],
        [("reward", 1000), ("clawback", -250)],
    )
    check("the balance", entries[-1]["balance_after"], 750)
    narration.explain(
        "The shop keeps 75.00 EUR, so 7.50 EUR stay due: exactly that part of the reward"
        " is taken back, no more."
    )


def _repeat(narration: Narration, calls: StoryCalls) -> None:
    narration.chapter("Stripe delivers the refund once more, as processors do")
    calls.refund(REFUNDED)
    check("the history", len(calls.entries(brief=True)), 2)
    narration.explain("Nothing changes: what is due less what was posted is 0.")


def _verify(narration: Narration, calls: StoryCalls) -> None:
    narration.chapter("Everything is recomputed from facts and entries")
    check("what verify finds", calls.verify()["differences"], [])
    narration.explain(
        "0 differences, the only good answer. That was all: a link, a purchase, a reward, a refund."
    )
