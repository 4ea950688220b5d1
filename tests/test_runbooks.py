"""Every alarm leads to its page, every page is of an alarm, and what the pages say to type can be
typed.
"""

import re
import shlex
from functools import cache

import pytest

from local.cli.main import parser
from local.cloud.template import read_template
from tests.support.running_cloud import ROOT, TEMPLATE

RUNBOOKS = (ROOT / "docs" / "runbooks.md").read_text()
ALARM = "AWS::CloudWatch::Alarm"
ANCHOR = re.compile(r"docs/runbooks\.md#([a-z-]+)")


def slug(heading: str) -> str:
    """As GitHub makes an anchor of a heading."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


@cache
def pages() -> dict[str, str]:
    """The page of each alarm, by its anchor."""
    alarms = RUNBOOKS.partition("\n## Alarms\n")[2].partition("\n## ")[0]
    return {slug(page.partition("\n")[0]): page for page in alarms.split("\n### ")[1:]}


def anchors() -> dict[str, str]:
    """Where the description of each alarm leads."""
    resources = read_template(TEMPLATE).document["Resources"]
    return {
        logical: ANCHOR.search(resource["Properties"]["AlarmDescription"])[1]
        for logical, resource in resources.items()
        if resource["Type"] == ALARM
    }


def commands() -> list[str]:
    blocks = re.findall(r"```[a-z]*\n(.*?)```", RUNBOOKS, re.DOTALL)
    return [
        line.partition(" # ")[0].strip()
        for block in blocks
        for line in block.splitlines()
        if line.startswith("grapevine ")
    ]


def test_every_alarm_has_a_page_and_every_page_an_alarm():
    assert sorted(anchors().values()) == sorted(pages())


def test_an_alarm_leads_to_the_page_of_its_own_name():
    for logical, anchor in anchors().items():
        assert anchor == slug(re.sub(r"(?<!^)([A-Z])", r" \1", logical))


@pytest.mark.parametrize("anchor", pages())
def test_a_page_says_what_is_broken_and_what_to_type(anchor):
    _heading, what, *rest = pages()[anchor].split("\n\n")
    assert what.endswith(".")
    assert rest[0].startswith("```\ngrapevine ") or rest[0].startswith("```\naws ")


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_every_command_can_be_typed(command):
    assert parser().parse_args(shlex.split(command)[1:]).command


@pytest.mark.parametrize(
    ("document", "anchor"), sorted(set(re.findall(r"\]\(([a-z]*(?:\.md)?)#([a-z-]+)\)", RUNBOOKS)))
)
def test_every_link_of_the_runbooks_leads_somewhere(document, anchor):
    text = (ROOT / "docs" / (document or "runbooks.md")).read_text()
    assert anchor in {slug(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
