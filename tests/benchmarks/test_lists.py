"""`python -m benchmarks lists`, with shops so small that it takes a moment."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMALL = """
import json
from benchmarks import lists
lists.SIZES, lists.ROWS_A_PAGE = (12, 40), 5
measured = lists.measure()
print(json.dumps([measured.rows, [aim.met for aim in measured.aims]]))
"""


def test_a_page_costs_the_same_in_a_larger_shop():
    run = [sys.executable, "-c", SMALL]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    rows, met = json.loads(done.stdout.splitlines()[-1])
    assert met == [True, True], rows
    assert {"first page of", "requests at 12", "bytes at 40"} <= rows[0].keys()
    assert all(row["requests at 40"] >= 1 and row["bytes at 40"] > 0 for row in rows)
