"""Several members of the list are blocked or put into a group: looked at first, then each by itself."""

from datetime import timedelta

import pytest

from functions import serve_console_members
from shared.console.several_members import MOST_AT_ONCE
from shared.members.profile import load_profile
from shared.store.programs import audit_log
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.shop import NOON, Shop

STAFF = {"id": "staff", "name": "Employees", "assigned": True, "levels": [{"percent": "20"}]}
TERMS = {"credit": {"system": "levels", "levels": [{"percent": "10"}]}, "hold_days": 14}


@pytest.fixture
def shop(tables, monkeypatch):
    """Anna has 10.00 pending for what Ben bought."""
    open_console(monkeypatch)
    shop = Shop(**TERMS, groups=[STAFF])
    anna = shop.member("Anna")
    shop.member("Ben", code=anna.code)
    shop.member("Cleo")
    shop.order("1", 10_000, customer={"id": "Ben"})
    return shop


@pytest.fixture
def manager(shop):
    return Visitor("manager", at=NOON + timedelta(hours=1))


def send(visitor, *names, status=200, **form):
    chosen = {f"member.{name}": "yes" for name in names}
    handler, route = serve_console_members.handler, "POST /console/members"
    answered = visitor.post(handler, route, chosen | form)
    assert answered.status == status, answered.text
    return text_of(answered.text)


def statuses(*names):
    return [load_profile(name).member.status for name in names]


def test_the_first_press_shows_what_a_block_costs_and_changes_nothing(manager):
    text = send(manager, "Anna", "Cleo", deed="block")
    assert "Forfeited in all €10.00" in text and "Block 2 members" in text
    assert statuses("Anna", "Cleo") == ["active", "active"]


def test_confirmed_each_is_blocked_with_the_reason(manager):
    form = {"deed": "block", "confirmed": "yes", "reason": "One household"}
    assert "2 members changed." in send(manager, "Anna", "Cleo", **form)
    assert statuses("Anna", "Ben", "Cleo") == ["blocked", "active", "blocked"]
    blocks = [line for line in audit_log.list_audit_lines(10)[0] if line["what"] == "block"]
    assert {line["reason"] for line in blocks} == {"One household"} and len(blocks) >= 2
    assert "2 members changed." in send(manager, "Anna", "Cleo", **form)


def test_a_block_without_a_reason_is_refused(manager):
    send(manager, "Anna", deed="block", confirmed="yes", status=422)
    assert statuses("Anna") == ["active"]


def test_a_group_is_assigned_to_all(manager):
    assert "They earn by the group Employees" in send(manager, "Ben", deed="group", group="staff")
    form = {"deed": "group", "group": "staff", "confirmed": "yes"}
    assert "2 members changed." in send(manager, "Ben", "Cleo", **form)
    assert load_profile("Ben").member.group == load_profile("Cleo").member.group == "staff"


def test_nobody_too_many_or_an_unknown_group_is_refused(manager):
    send(manager, deed="block", status=422)
    send(manager, *(f"m{number}" for number in range(MOST_AT_ONCE + 1)), deed="block", status=422)
    send(manager, "Ben", deed="group", group="gold", status=422)


def test_support_changes_nobody_at_once(shop):
    support = Visitor("support", at=NOON + timedelta(hours=1))
    send(support, "Anna", deed="block", status=403)
    listed = support.get(serve_console_members.handler, "GET /console/members").text
    assert 'type="checkbox"' not in listed
