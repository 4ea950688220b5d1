"""The whole way of `docs/checkout.md`, typed as it stands there."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.conftest import php
from tests.support.checkout_page import blocks
from tests.support.running_cloud import RunningCloud

TOOLS = ("bash", "curl", "sed", "python3")


@pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS),
    reason=f"the way is typed with {', '.join(TOOLS)}",
)
def test_the_whole_way_of_a_custom_checkout(grapevine: RunningCloud, tmp_path: Path):
    (tmp_path / ".grapevine").symlink_to(grapevine.folder)
    typed = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks("bash"))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert typed.returncode == 0, typed.stderr
    *lines, page, credit, differences = typed.stdout.splitlines()
    assert lines[:12] == [
        "anna",
        "is not a member's login; correct it or leave it out",
        "900",
        "rewarded",
        "900",
        "2000",
        "500",
        "1500",
        "refused",
        "voided",
        "450",
        "0",
    ]
    assert lines[12] == "2000"
    assert [line.split("\t")[:2] for line in lines[13:]] == [
        ["900", "reward"],
        ["2000", "adjustment"],
        ["0", "hold"],
        ["-1500", "capture"],
        ["0", "hold"],
        ["0", "void"],
        ["-450", "clawback"],
        ["1500", "return"],
    ]
    assert (page, credit, differences) == ("200", "2000", "[]")
    assert grapevine.post("/v1/verify", key=grapevine.local["staff_key"]).json["orders"] == 2


def test_the_lines_in_python_and_php_are_well_formed():
    for block in blocks("python"):
        compile(block, "docs/checkout.md", "exec")
    for block in blocks("php"):
        checked = subprocess.run([php(), "-l"], input=f"<?php {block}", text=True)
        assert checked.returncode == 0
