"""The load of a busy shop on the local cloud for five minutes: clicks, webhooks, holds and reads,
mixed.
"""

import tempfile
from pathlib import Path

from benchmarks.report import Aim, Measurement
from local.cloud.running_system import start_system
from local.rehearsal.load import LEFT, SENT_TWICE, THREADS, put_under_load, rows_of
from local.rehearsal.shop import RehearsedShop, expect

SECONDS = 300


def measure() -> Measurement:
    with (
        tempfile.TemporaryDirectory() as folder,
        start_system(Path(folder) / "cloud", "--no-demo") as local,
    ):
        shop = RehearsedShop(local)
        rows = rows_of(put_under_load(shop, SECONDS))
        verified = expect(200, shop.ask("POST", "/v1/verify", {}, "staff_key"), "verify").json
    aims = [
        Aim("wrong answers", rows[0]["errors"], 0),
        Aim("differences that verify finds afterwards", len(verified["differences"]), 0),
    ]
    notes = (
        f"{THREADS} visitors for {SECONDS} seconds, each asking again when it is answered;"
        f" {SENT_TWICE:.0%} of the calls are sent twice, and of {LEFT:.0%} nobody waits for the"
        " first answer.",
    )
    return Measurement("load", "A busy shop on the local cloud", rows, aims, notes)
