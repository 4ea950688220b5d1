"""The five minutes of the README do what it says, typed as they stand there."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from local.cloud.template import read_template
from tests.support.running_cloud import ROOT, TEMPLATE, RunningCloud

TOOLS = ("bash", "curl", "openssl", "sed")


@pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS),
    reason=f"the story is typed with {', '.join(TOOLS)}",
)
def test_the_five_minutes_of_the_readme(grapevine: RunningCloud, tmp_path: Path):
    (tmp_path / ".grapevine").symlink_to(grapevine.folder)
    (tmp_path / "events").symlink_to(ROOT / "events")
    blocks = re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    typed = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert typed.returncode == 0, typed.stderr
    assert "HTTP/1.1 302" in typed.stderr
    history = grapevine.get("/v1/members/anna/entries", grapevine.local["secret_key"]).json["items"]
    assert (history[0]["amount"], history[0]["text"]) == (
        1000,
        "Income from referral program from I",
    )
    assert [entry["amount"] for entry in history] == [1000, -250]
    balance = grapevine.get("/v1/members/anna/balance", grapevine.local["secret_key"]).json
    assert (balance["pending"], balance["available"]) == (750, 0)
    assert json.loads(typed.stdout[typed.stdout.rindex('{"entries"') :]) == {
        "entries": 2,
        "orders": 1,
        "differences": [],
    }


def test_the_architecture_names_every_function_with_its_handler():
    page, template = (ROOT / "docs" / "architecture.md").read_text(), read_template(TEMPLATE)
    for name in template.resources("AWS::Serverless::Function"):
        assert f"| `{name}` | `{template.properties(name)['Handler']}` |" in page


def test_the_operations_name_every_parameter_and_every_kind_of_alarm():
    page, template = (ROOT / "docs" / "operations.md").read_text(), read_template(TEMPLATE)
    assert [name for name in template.parameters if f"`{name}`" not in page] == []
    alarms = template.resources("AWS::CloudWatch::Alarm")
    assert [
        name for name in alarms if f"`{name}`" not in page and not name.endswith("ErrorsAlarm")
    ] == []


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150


def test_the_readme_names_the_costs_of_the_measured_table():
    table, readme = (ROOT / "docs" / "cost.md").read_text(), (ROOT / "README.md").read_text()
    for row in (r"\| \*\*idle, in all\*\* ", r"\| orders that reward 1 "):
        dollars = re.search(row + r"\| \*\*([0-9.]+)\*\*", table)
        assert dollars and f"{dollars[1]} dollars" in readme


def test_what_the_documents_link_to_is_there():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_decision_is_in_their_index():
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d[^)]+)\)", (folder / "README.md").read_text())
    assert sorted(listed) == sorted(page.name for page in folder.glob("[0-9]*.md"))
