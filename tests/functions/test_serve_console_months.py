"""Months in the console: settlements, their sums, statements and mails."""

import re
from datetime import timedelta

import pytest

from functions.serve_console_months import handler
from shared.console.overview import load_recent_days
from shared.domain.outgoing.mail import REWARD_PENDING, SENT, STATEMENT, MailKey, MailRecord
from shared.store import engine
from shared.store.programs import audit_log, mails
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.followed_ledger import follow_ledger
from tests.support.settlement_runs import open_settlement
from tests.support.shop import NOON, Shop

APRIL = NOON.replace(month=4, day=2)


@pytest.fixture
def month(tables, monkeypatch):
    """Anna earned 10.00 in March, by what Ben bought; March is over."""
    open_console(monkeypatch)
    shop = Shop()
    shop.member("Anna")
    shop.member("Ben", referrer_login="anna")
    shop.order("1", 10_000, customer={"id": "Ben"})
    with open_settlement() as month:
        yield month


@pytest.fixture
def closed(month):
    month.end(APRIL)
    follow_ledger()
    return Visitor("manager", at=APRIL + timedelta(hours=1))


def page(visitor, route, status=200, **parts):
    answered = visitor.get(handler, f"GET /console/{route}", **parts)
    assert answered.status == status, answered.text
    return answered.text


def close(visitor, month):
    return visitor.post(handler, "POST /console/settlements", {"month": month})


class TestSettlements:
    def test_before_the_first_month_the_page_says_what_will_be_here(self, month):
        text = text_of(page(Visitor("manager", at=APRIL), "settlements"))
        assert "No month closed yet" in text and "March 2026" in text

    def test_a_month_shows_its_totals_and_that_they_reconcile(self, closed):
        text = text_of(page(closed, "settlements/{month}", path={"month": "2026-03"}))
        assert (
            "Closed" in text
            and "Adds up: difference 0" in text
            and "€10.00" in text
            and "Everyone was included" in text
        )

    def test_the_first_month_says_so_and_the_next_follows_on_with_its_idle_members(self, month):
        month.end(APRIL)
        manager = Visitor("manager", at=APRIL + timedelta(days=40))
        first = text_of(page(manager, "settlements/{month}", path={"month": "2026-03"}))
        assert "This is the first month; nothing was closed before it." in first
        assert "Members without a movement hold €0.00 of the closing balance" in first
        month.end(APRIL.replace(month=5))
        second = text_of(page(manager, "settlements/{month}", path={"month": "2026-04"}))
        assert "Follows on It opens with what March 2026 closed with: €10.00." in second
        assert "Members without a movement hold €10.00 of the closing balance" in second

    def test_a_month_tells_what_the_next_one_makes_available(self, tables, monkeypatch):
        open_console(monkeypatch)
        shop = Shop(credit={"system": "levels", "levels": [{"percent": "10"}]}, hold_days=40)
        shop.member("Anna")
        shop.member("Ben", referrer_login="anna")
        shop.order("1", 10_000, customer={"id": "Ben"})
        shop.later(days=29)
        shop.order("2", 5_000, customer={"id": "Ben"})
        with open_settlement() as month:
            month.end(APRIL)
        manager, march = Visitor("manager", at=APRIL + timedelta(days=2)), {"month": "2026-03"}
        told = "was pending"
        assert told not in text_of(page(manager, "settlements/{month}", path=march))
        follow_ledger(shop.at)
        load_recent_days("EUR", APRIL + timedelta(days=2))
        text = text_of(page(manager, "settlements/{month}", path=march))
        assert (
            "At the end of the month €15.00 was pending:"
            " €10.00 becomes available in April 2026, €5.00 later."
        ) in text

    def test_staff_closes_a_month_and_the_audit_tells_who(self, month):
        manager = Visitor("manager", at=APRIL)
        assert (
            close(manager, "2026-03").headers["location"]
            == "/console/settlements/2026-03?said=settlement_asked"
        )
        month.drain()
        assert "Adds up: difference 0" in page(
            manager, "settlements/{month}", path={"month": "2026-03"}
        )
        line = next(
            line for line in audit_log.list_audit_lines(10)[0] if line["what"] == "settlement_asked"
        )
        assert (line["who"], line["subject"]) == (
            f"staff:{manager.person.id}",
            {"settlement": "2026-03"},
        )

    @pytest.mark.parametrize("wrong_month", ["2026-04", "soon", "1990-01"])
    def test_a_month_that_cannot_be_closed_is_said_and_nothing_is_written(self, month, wrong_month):
        assert close(Visitor("manager", at=APRIL), wrong_month).status == 422
        assert month.waiting == [] and not [
            line for line in audit_log.list_audit_lines(10)[0] if line["what"] == "settlement_asked"
        ]

    def test_who_may_not_steer_closes_nothing(self, month):
        support = Visitor("support", at=APRIL)
        assert "Close month" not in page(support, "settlements")
        assert close(support, "2026-03").status == 403

    def test_a_month_to_come_has_no_page(self, closed):
        page(closed, "settlements/{month}", 404, path={"month": "2027-01"})


class TestStatements:
    def test_those_of_a_month_and_of_a_member(self, closed):
        for query in (
            {"month": "2026-03"},
            {"member": "Anna"},
            {"member": "Anna", "month": "2026-03"},
        ):
            text = page(closed, "statements", query=query)
            assert "Taken back" in text and "Other" in text
            assert "/console/statements/Anna/2026-03?currency=EUR" in text and "€10.00" in text

    def test_one_that_is_not_there(self, closed):
        assert "No matching statements" in page(closed, "statements", query={"month": "2026-02"})
        page(closed, "statements", 404, query={"member": "Nobody"})
        page(closed, "statements", 422, query={"month": "March"})

    def test_one_with_its_lines(self, closed):
        text = text_of(
            page(closed, "statements/{member}/{month}", path={"member": "Anna", "month": "2026-03"})
        )
        assert "Income from referral program" in text and "Closing €10.00" in text

    def test_as_a_file_in_minor_units(self, closed):
        heads, row = page(
            closed, "statements", query={"month": "2026-03", "format": "csv"}
        ).splitlines()
        assert dict(zip(heads.split(","), row.split(","), strict=True))["closing_minor"] == "1000"


class TestMails:
    def test_what_was_mailed_to_a_member_and_how_a_months_mails_ended(self, closed):
        engine.write(
            mails.put_mail_record(
                MailRecord(MailKey("Anna", STATEMENT, "2026-03#EUR"), SENT, APRIL)
            )
        )
        assert "Sent" in text_of(page(closed, "mails", query={"member": "Anna"}))
        assert "Sent 1" in text_of(page(closed, "settlements/{month}", path={"month": "2026-03"}))

    def test_the_newest_stand_first(self, closed):
        for number in (1, 10, 2):
            at = APRIL + timedelta(minutes=number)
            key = MailKey("Anna", REWARD_PENDING, f"EUR#{number}")
            engine.write(mails.put_mail_record(MailRecord(key, SENT, at)))
        text = text_of(page(closed, "mails", query={"member": "Anna"}))
        assert re.findall(r"line (\d+) of", text) == ["10", "2", "1"]

    def test_without_a_member_it_asks_whose(self, closed):
        assert "Whose emails?" in page(closed, "mails")
