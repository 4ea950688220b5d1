"""The dollars in the docs are those of the code as it is, and every service has its price."""

import json
import re
import subprocess
import sys

import pytest

from benchmarks.costs import most_write_units
from benchmarks.dollars import list_month, read_document
from benchmarks.prices import PRICES, READ_ON, SERVICES
from tests.support.running_cloud import ROOT

DRIFT = 0.05


@pytest.fixture(scope="module")
def deeds() -> dict[str, dict]:
    """Measured in a process of its own, on an engine of its own."""
    call = "import json, benchmarks.dollars as d; print(json.dumps(d.list_deeds()), flush=True)"
    measured = subprocess.run(
        [sys.executable, "-c", call], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return {row["what"]: row for row in json.loads(measured.stdout.splitlines()[-1])}


def test_the_document_is_at_most_5_percent_off(deeds):
    """`python -m benchmarks dollars` writes it anew."""
    measured = {row["what"]: row["dollars a million"] for row in [*deeds.values(), *list_month()]}
    written = read_document()
    assert set(written) - {"idle, in all"} == set(measured)
    off = {what: dollars for what, dollars in measured.items()
           if abs(written[what] / dollars - 1) > DRIFT}  # fmt: skip
    assert off == {}


@pytest.mark.parametrize("levels", [1, 3, 10])
def test_an_order_is_counted_with_its_names_and_with_what_the_streams_readers_write(deeds, levels):
    """Two names at two units, and at least a unit of the journal for each entry."""
    units = deeds[f"orders that reward {levels}"]["write units"]
    assert units >= most_write_units(levels) + 4 + levels


def test_a_click_writes_one_unit(deeds):
    assert deeds["clicks, GET /r/{code}"]["write units"] == 1


def test_every_price_belongs_to_one_service():
    assert sorted(name for names in SERVICES.values() for name in names) == sorted(PRICES)
    assert re.fullmatch(r"20\d\d-\d\d", READ_ON)


def test_idle_is_not_nothing():
    idle = sum(row["dollars a million"] for row in list_month() if row["what"].startswith("idle"))
    assert 5 < idle < 10
