"""Programs in the console: versions, drafts, publishing, the backtest and the simulator."""

import json
import re
from datetime import timedelta

import pytest

from functions.serve_console_programs import handler
from shared.backtest.sample import run_sample
from shared.console.program_fields import form_fields
from shared.domain.programs.program_document import parse_program, program_document
from shared.orders import backtest_sample
from shared.store.programs import audit_log, drafts, programs
from shared.store.programs.programs import DEFAULT
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.followed_ledger import follow_ledger
from tests.support.shop import NOON, Shop

PROGRAM, DRAFT = "/console/programs/{id}", "/console/programs/{id}/draft"
TERMS = {
    "id": "default",
    "name": "Twelve",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": [{"percent": "12"}]},
}
HERE = {"id": "default"}
EXAMPLES = {
    "peer_to_peer": ({"items": "100.00", "advocates": "1"}, ["€10.00"]),
    "volume_groups": ({"items": "100.00", "advocates": "1", "volume1": "1200.00"}, ["€5.00"]),
    "level_based": (
        {"items": "1000.00", "advocates": "3"},
        ["€50.00", "€100.00", "€80.00", "€60.00"],
    ),
    "recursive": ({"items": "1000.00", "advocates": "3"}, ["€100.00", "€10.00", "€1.00"]),
    "advocate_rules": ({"items": "1000.00", "advocates": "1"}, ["€5.00", "€50.00"]),
}


@pytest.fixture
def shop(tables, monkeypatch):
    """Version 2: one level of 10 %. Anna brought Ben, who bought for 100.00 at noon."""
    open_console(monkeypatch)
    shop = Shop()
    anna = shop.member("Anna")
    shop.member("Ben", code=anna.code)
    shop.order("1", 10_000, customer={"id": "Ben"})
    return shop


@pytest.fixture
def manager(shop):
    return Visitor("manager", at=NOON + timedelta(hours=1))


def save(visitor, document=TERMS, revision=0, seen=2):
    text = document if isinstance(document, str) else json.dumps(document)
    form = {"as": "document", "document": text, "revision": str(revision), "seen": str(seen)}
    return visitor.post(handler, f"POST {DRAFT}", form, path=HERE)


def draft_page(visitor, **query):
    answered = visitor.get(handler, f"GET {DRAFT}", path=HERE, query=query or None)
    assert answered.status == 200, answered.text
    return answered.text


def publish(visitor, revision=1, **form):
    return visitor.post(
        handler, f"POST {DRAFT}/publish", {"revision": str(revision)} | form, path=HERE
    )


class TestVersions:
    def test_what_is_in_force_and_who_published_it_stands_on_one_page(self, manager):
        save(manager)
        assert publish(manager).status == 303
        text = text_of(manager.get(handler, "GET /console/programs").text)
        assert "Version 3, active" in text and manager.person.email in text and "12%" in text

    def test_two_versions_are_compared_field_by_field(self, manager):
        save(manager)
        publish(manager)
        path = {"id": "default", "version": "3"}
        text = text_of(
            manager.get(
                handler, f"GET {PROGRAM}/versions/{{version}}", path=path, query={"with": "2"}
            ).text
        )
        assert (
            "credit.levels[0].percent 10 12" in text
            and "name Test Twelve" in text
            and "hold_days" not in text.split("Terms")[0]
        )

    @pytest.mark.parametrize(("version", "status"), [("9", 404), ("x", 422)])
    def test_a_version_that_is_not_there(self, manager, version, status):
        path = {"id": "default", "version": version}
        assert (
            manager.get(handler, f"GET {PROGRAM}/versions/{{version}}", path=path).status == status
        )

    def test_the_history_comes_as_a_file(self, manager):
        file = manager.get(
            handler, f"GET {PROGRAM}", path=HERE, query={"format": "csv"}
        ).text.splitlines()
        assert file[0] == "version,published_at,published_by,name" and [
            line.split(",")[0] for line in file[1:]
        ] == ["2", "1"]


class TestDraft:
    def test_a_draft_is_kept_as_it_was_written_and_wrong_fields_are_named(self, manager):
        save(manager, TERMS | {"hold_days": "many"})
        page = draft_page(manager)
        assert (
            "hold_days" in page
            and "must be a whole number" in page
            and "Publish as version" not in page
        )
        assert 'id="hold_days-error"' in page

    def test_what_is_no_json_is_kept_too(self, manager):
        save(manager, '{"id": ')
        assert "must be JSON" in draft_page(manager)

    def test_the_form_speaks_major_units_and_keeps_what_it_does_not_know(self, manager):
        save(manager, TERMS | {"review": {"hold": ["same_payment"]}})
        form = {
            "document": drafts.find_draft(DEFAULT).document,
            "name": "Form",
            "currency": "EUR",
            "time_zone": "Europe/Berlin",
            "base": "items_net",
            "earn_on": "paid",
            "hold_days": "14",
            "credit.system": "levels",
            "credit.levels.rows": "2",
            "credit.levels.0": "10 %",
            "credit.levels.1": "5,00",
            "credit.levels.1.unit": "amount",
            "rules.max_bonus": "25",
            "friend.discount": "10 %",
            "friend.discount.unit": "percent",
            "friend.discount.max": "20.00",
            "rules.max_per_advocate": "500",
            "attribution.touch": "first",
            "wallet.max_percent_of_order": "50 %",
            "groups.rows": "1",
            "groups.0.id": "gold",
            "groups.0.name": "Gold",
            "groups.0.min_volume": "1000",
            "groups.0.levels": "12 %",
        }
        manager.post(handler, f"POST {DRAFT}", form | {"revision": "1", "seen": "2"}, path=HERE)
        document = json.loads(drafts.find_draft(DEFAULT).document)
        assert document["credit"]["levels"] == [{"percent": "10"}, {"fixed": 500}]
        assert (
            document["rules"]["max_bonus"],
            document["rules"]["max_per_advocate"]["amount"],
        ) == (2_500, 50_000)
        assert document["friend"]["discount"] == {
            "percent": "10",
            "max": 2_000,
            "minimum_order": None,
        }
        gold = {
            "id": "gold",
            "name": "Gold",
            "description": "",
            "min_volume": 100_000,
            "levels": [{"percent": "12"}],
        }
        assert document["groups"] == [gold]
        assert document["review"] == {"hold": ["same_payment"]}
        assert "Not a valid program yet" not in draft_page(manager)

    def test_a_form_with_an_unsure_amount_comes_back_as_it_was_typed(self, manager):
        document = program_document(parse_program(TERMS))
        form = form_fields(document, "en") | {
            "document": json.dumps(document),
            "name": "Typed",
            "rules.max_bonus": "1.250",
            "revision": "0",
            "seen": "2",
        }
        answered = manager.post(handler, f"POST {DRAFT}", form, path=HERE)
        page = answered.text
        assert answered.status == 422 and drafts.find_draft(DEFAULT) is None
        assert 'value="1.250"' in page and 'value="Typed"' in page
        assert 'id="rules.max_bonus-error"' in page and "autofocus" in page
        assert "Maximum reward could mean 1.25 or 1250" in text_of(page)
        assert 'href="/console/members"' in page
        corrected = form | {"rules.max_bonus": "1,250"}
        assert manager.post(handler, f"POST {DRAFT}", corrected, path=HERE).status == 303
        saved = json.loads(drafts.find_draft(DEFAULT).document)
        assert (saved["name"], saved["rules"]["max_bonus"]) == ("Typed", 125_000)

    def test_a_page_that_saving_leads_to_says_that_it_is_saved(self, manager):
        assert "Draft saved." not in draft_page(manager)
        save(manager)
        assert "Draft saved." in draft_page(manager, said="draft_saved")

    def test_of_two_who_save_at_once_the_second_is_told(self, manager):
        assert save(manager).status == 303
        assert save(manager, TERMS | {"name": "Other"}).status == 409
        assert json.loads(drafts.find_draft(DEFAULT).document)["name"] == "Twelve"

    def test_a_preset_is_a_beginning_that_nothing_is_saved_of(self, manager):
        assert 'name="credit.percent" value="10 %"' in draft_page(manager, **{"from": "recursive"})
        assert drafts.find_draft(DEFAULT) is None

    def test_a_preset_keeps_what_it_says_nothing_of(self, shop, manager):
        own = {
            "hold_days": 30,
            "friend": {"discount": {"percent": "15"}},
            "rules": {"max_bonus": 9},
        }
        shop.publish(**TERMS | own)
        page = draft_page(manager, **{"from": "level_based"})
        assert 'name="hold_days" value="30"' in page and 'name="credit.levels.1" value="8"' in page
        assert 'name="friend.discount" value="15"' in page
        assert 'name="rules.max_bonus" value="0.09"' in page

    def test_a_preset_speaks_the_readers_language(self, manager):
        page = draft_page(manager, **{"from": "volume_groups", "language": "de"})
        assert 'value="Silber"' in page and 'value="Silver"' not in page

    def test_it_can_be_thrown_away(self, manager):
        save(manager)
        manager.post(handler, f"POST {DRAFT}/drop", path=HERE)
        assert drafts.find_draft(DEFAULT) is None
        assert {"draft_dropped", "draft_saved"} < {
            line["what"] for line in audit_log.list_audit_lines(10)[0]
        }


class TestPublish:
    def test_it_is_in_force_and_told_in_the_audit_with_the_reason(self, manager):
        save(manager)
        publish(manager, reason="Summer")
        assert (
            programs.parse_stored(programs.load_active_item(DEFAULT).document, 3).name == "Twelve"
        )
        assert drafts.find_draft(DEFAULT) is None
        (line,) = [
            line
            for line in audit_log.list_audit_lines(10)[0]
            if line["what"] == "program_published"
        ]
        assert (line["who"], line["reason"]) == (f"staff:{manager.person.id}", "Summer")

    def test_an_error_of_lint_refuses_and_shows_the_order(self, manager):
        save(manager, TERMS | {"rules": {"max_bonus": 100, "min_bonus": 500}})
        assert "the cap always wins" in draft_page(manager)
        assert publish(manager, accepted="yes").status == 422
        assert programs.load_active_item(DEFAULT).version == 2

    def test_a_warning_wants_a_tick(self, manager):
        save(manager, TERMS | {"credit": {"system": "levels", "levels": [{"fixed": 500}]}})
        assert "I have read the warnings" in draft_page(manager)
        assert publish(manager).status == 409
        assert publish(manager, accepted="yes").status == 303

    def test_what_somebody_published_meanwhile_stops_it(self, shop, manager):
        save(manager)
        shop.publish(credit={"system": "levels", "levels": [{"percent": "11"}]})
        assert "Version 3 was published after this draft was started" in draft_page(manager)
        assert publish(manager).status == 412
        save(manager, revision=1, seen=3)
        assert publish(manager, revision=2).status == 303

    def test_a_draft_that_changed_since_it_was_looked_at_is_not_published(self, manager):
        save(manager)
        save(manager, TERMS | {"name": "Other"}, revision=1)
        assert publish(manager, revision=1).status == 409

    @pytest.mark.parametrize("role", ["viewer", "support"])
    def test_who_may_not_steer_only_looks(self, manager, role):
        save(manager)
        visitor = Visitor(role, at=manager.at)
        assert "Publish as version" not in draft_page(visitor)
        assert (save(visitor, revision=1).status, publish(visitor).status) == (403, 403)


class TestBacktest:
    def page(self, visitor):
        follow_ledger()
        answered = visitor.get(handler, f"GET {DRAFT}/backtest", path=HERE)
        assert answered.status == 200, answered.text
        return text_of(answered.text)

    def test_the_draft_ran_over_the_shops_own_orders_beside_what_is_in_force(self, manager):
        save(manager)
        text = self.page(manager)
        assert (
            "Difference in rewards +€2.00" in text
            and "Version 2 €10.00" in text
            and "Draft €12.00" in text
        )
        assert "Actually posted €10.00" in text and "anna" in text

    def test_what_changes_for_whom_leads_straight_to_publishing(self, manager):
        save(manager, TERMS | {"credit": {"system": "levels", "levels": [{"fixed": 500}]}})
        follow_ledger()
        seen = manager.get(handler, f"GET {DRAFT}/backtest", path=HERE).text
        assert "Difference in rewards" in seen and "set payment_minimum or lower" in seen
        form = re.search(r'action="([^"]*/draft/publish)">(.*?)</form>', seen, re.DOTALL)
        assert form and 'name="accepted" value="yes" required' in form[2]
        sent = dict(re.findall(r'name="(revision)" value="(\d+)"', form[2]))
        assert publish(manager, **sent).status == 409
        assert publish(manager, accepted="yes", **sent).status == 303
        assert programs.load_active_item(DEFAULT).version == 3

    def test_what_a_backtest_leaves_out_is_said_in_words(self, shop, manager):
        shop.order("foreign", 5_000, currency="USD", customer={"id": "Ben"})
        save(manager)
        text = self.page(manager)
        assert "Left out: 1 (Parked: the order" in text and "no_exchange_rate" not in text

    def test_a_backtest_of_a_draft_that_cannot_be_published_says_why(self, shop, manager):
        save(manager)
        shop.publish(credit={"system": "levels", "levels": [{"percent": "11"}]})
        text = self.page(manager)
        assert "A newer version was published" in text and "Publish as version" not in text
        viewer = self.page(Visitor("viewer", at=manager.at))
        assert "Publish as version" not in viewer

    def test_where_terms_did_not_change_it_comes_to_what_was_really_posted(self, shop, manager):
        """Many small trees, with refunds, a second purchase, and somebody who bought before."""
        names = ["Anna", *(f"M{number}" for number in range(12))]
        for place, name in enumerate(names[1:]):
            shop.member(name, referrer_login=names[place // 2].lower())
        for number in range(30):
            refunds = (
                [{"id": "re", "amount": 700 * number, "at": shop.now()}] if number % 3 == 0 else []
            )
            shop.later(hours=1)
            shop.order(
                f"o{number}",
                10_000 + 37 * number,
                customer={"id": names[number % 13]},
                refunds=refunds,
            )
        late = Visitor("manager", "late@example.com", at=shop.at)
        active = programs.active_program_of(programs.load_active_item(DEFAULT))
        follow_ledger()
        past = backtest_sample.load_sample(late.at, [active]).sample
        assert run_sample(active, past).totals["rewards"] == past.posted > 0

    def test_a_group_is_reached_by_the_volume_before_these_days(self, shop, manager):
        manager.at = shop.at = NOON + timedelta(days=91)
        shop.order("2", 10_000, customer={"id": "Ben"})
        groups = [
            {"id": "gold", "name": "Gold", "min_volume": 10_000, "levels": [{"percent": "20"}]}
        ]
        late = Visitor("manager", "late@example.com", at=shop.at)
        save(late, TERMS | {"groups": groups})
        assert "Draft €20.00" in self.page(late)

    def test_it_names_who_would_change_group(self, shop, manager):
        groups = [{"id": "gold", "name": "Gold", "min_volume": 5_000, "levels": [{"percent": "9"}]}]
        save(manager, TERMS | {"groups": groups})
        text = self.page(manager)
        assert "1 of these members is in another group as soon as you publish." in text
        assert "anna €100.00 none Gold" in text
        save(manager, revision=1)
        assert "No one with an order in these days." in self.page(manager)

    def test_a_page_that_had_no_time_for_all_says_so(self, manager, monkeypatch):
        monkeypatch.setattr(backtest_sample, "MOST_ORDERS", 1)
        monkeypatch.setattr(backtest_sample, "ORDERS_A_PAGE", 1)
        save(manager)
        assert "This is a sample: only the newest 1 orders" in self.page(manager)

    def test_without_orders_it_says_what_will_be_here(self, manager):
        late = Visitor("manager", "late@example.com", at=NOON + timedelta(days=200))
        save(late)
        assert "No orders in the last 90 days" in self.page(late)


class TestSimulator:
    def page(self, visitor, status=200, **query):
        answered = visitor.get(handler, "GET /console/simulator", query=query or None)
        assert answered.status == status, answered.text
        return answered.text

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_each_system_shows_the_numbers_that_it_is_known_by(self, manager, name):
        fields, amounts = EXAMPLES[name]
        page = self.page(manager)
        link = "&amp;".join(f"{field}={value}" for field, value in fields.items())
        assert f'/console/simulator?terms={name}&amp;{link}"' in page
        body = self.page(manager, terms=name, **fields).split("<tbody>")[1].split("</tbody>")[0]
        assert [
            row.split('data-label="Amount">')[1].split("<")[0] for row in body.split("<tr>")[1:]
        ] == amounts

    def test_a_refusal_is_told_with_its_reason(self, manager):
        text = text_of(self.page(manager, items="10.00", terms="advocate_rules", advocates="1"))
        assert "below the minimum" in text

    def test_a_cut_is_told_as_a_step(self, manager):
        assert "capped at the maximum reward, €50.00" in text_of(
            self.page(manager, items="1000", terms="advocate_rules")
        )

    def test_the_draft_can_be_tried(self, manager):
        save(manager)
        assert "€12.00" in self.page(manager, terms="draft", items="100")

    def test_what_is_no_amount_is_said_at_its_field(self, manager):
        assert 'id="items-error"' in self.page(manager, 422, items="much")
