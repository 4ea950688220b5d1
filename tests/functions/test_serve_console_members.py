"""Members in the console: the list, the page of one, and what each role may change."""

import csv
import io
import re
from datetime import timedelta

import pytest

from functions import serve_console_members, serve_console_privacy
from shared import secrets
from shared.console.search import search_everything
from shared.members.profile import load_profile
from shared.members.registration import register_member
from shared.members.registration_form import parse_member_form
from shared.store.programs import audit_log
from shared.store.reconciliation import verify
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.counted_reads import counted_reads
from tests.support.http_events import NOW
from tests.support.shop import Shop

PAYLOADS = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}",
    "javascript:alert(1)",
]
LIST, ONE = "GET /console/members", "/console/members/{id}"
TERMS = {
    "credit": {"system": "levels", "levels": [{"percent": "10"}, {"percent": "5"}]},
    "hold_days": 14,
    "groups": [
        {
            "id": "friends",
            "name": "Friends of the house",
            "description": "",
            "assigned": True,
            "levels": [{"percent": "20"}],
        }
    ],
}
WHY = {"reason": "Asked by phone"}


@pytest.fixture
def shop(tables, monkeypatch):
    shop = Shop(**TERMS)
    shop.at = NOW
    open_console(monkeypatch)
    shop.member("Anna", name="Anna Schmidt", email="anna@example.com")
    shop.member("Ines", referrer_login="anna")
    shop.order("O1", 10_000, customer={"id": "Ines"})
    yield shop
    assert verify()["differences"] == []


def look(visitor, member=None, **query):
    path = {"id": member} if member else None
    return visitor.get(
        serve_console_members.handler,
        f"GET {ONE}" if member else LIST,
        path=path,
        query=query or None,
    )


def pull(visitor, lever, form=None, member="Anna", **parts):
    handler = serve_console_privacy.handler if lever == "erase" else serve_console_members.handler
    return visitor.post(handler, f"POST {ONE}/{lever}", form, path={"id": member}, **parts)


def named(page) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/console/members/([^"]+)"', page.text)


class TestList:
    def test_a_member_is_found_by_each_of_their_names(self, shop):
        owner, code = Visitor(), load_profile("Anna").member.code
        register_member(
            "Mia",
            parse_member_form({"login": "mia", "email": "mia@example.com"}, secrets.hash_email),
            NOW,
        )
        for name in ("Anna", "anna", code.lower()):
            assert named(look(owner, q=name)) == ["Anna"]
        assert named(look(owner, q="MIA@Example.com")) == ["Mia"]
        assert named(look(owner, q="sch")) == named(look(owner, q="ANNA@exa")) == ["Anna"]
        assert named(look(owner, q="nna")) == []

    def test_a_members_page_has_the_link_that_they_share(self, shop):
        member = load_profile("Anna").member
        assert f"/r/{member.code}<" in look(Visitor(), "Anna").text

    def test_everybody_is_there_once_over_pages(self, shop):
        for number in range(110):
            shop.member(f"M{number}")
        owner, seen, query = Visitor(), [], {}
        while True:
            page = look(owner, **query)
            seen += named(page)
            more = re.search(r'rel="next"[^>]*href="[^"]*cursor=([^"&]+)"', page.text)
            if not more:
                break
            query = {"cursor": more[1]}
        assert sorted(seen) == sorted(["Anna", "Ines", *(f"M{number}" for number in range(110))])

    def test_filters_stand_in_the_address_and_go_into_the_file(self, shop):
        owner = Visitor()
        pull(owner, "block", WHY, "Ines")
        assert named(look(owner, status="blocked")) == ["Ines"]
        rows = list(csv.DictReader(io.StringIO(look(owner, status="blocked", format="csv").text)))
        assert [(row["id"], row["status"]) for row in rows] == [("Ines", "blocked")]

    def test_a_cursor_is_of_its_own_list(self, shop):
        for number in range(51):
            shop.member(f"M{number}")
        owner = Visitor()
        cursor = re.search(r'cursor=([^"&]+)', look(owner).text)[1]
        assert look(owner, status="blocked", cursor=cursor).status == 400

    @pytest.mark.parametrize("login", ["=1+1", "+1", "-1", "@SUM(A1)"])
    def test_no_cell_of_the_file_calculates(self, shop, login):
        shop.member("M1", login=login)
        rows = list(csv.DictReader(io.StringIO(look(Visitor(), format="csv").text)))
        assert next(row["login"] for row in rows if row["id"] == "M1") == f"'{login}"

    def test_the_file_names_nobody(self, shop):
        text = look(Visitor(), format="csv").text
        assert "Schmidt" not in text and "anna@example.com" not in text

    @pytest.mark.parametrize("payload", PAYLOADS)
    def test_markup_is_text_wherever_it_comes_from(self, shop, payload):
        shop.member("M1", login=payload, name=payload)
        owner = Visitor()
        for page in (
            look(owner, q="M1"),
            look(owner, "M1"),
            look(owner, q=payload),
            look(owner, payload),
        ):
            assert (
                payload not in page.text
                or payload == "javascript:alert(1)"
                or payload == "{{ 7 * 7 }}"
            )
            assert 'href="javascript:' not in page.text and ">49<" not in page.text

    def test_an_empty_shop_is_told_how_members_come(self, tables, monkeypatch):
        Shop(**TERMS)
        open_console(monkeypatch)
        page = look(Visitor("owner")).text
        assert "Add the first one above" in page
        assert '<details class="card" open><summary>Add a member' in page

    def test_it_sorts_counts_and_says_which_filters_are_on(self, shop):
        page = look(Visitor(), sort="login", status="active", group="friends")
        assert page.status == 200 and named(page) == []
        assert "0 in total" in text_of(page.text)
        for off in ("status=active&amp;sort=login", "group=friends&amp;sort=login"):
            assert f'class="chip" href="/console/members?{off}"' in page.text
        assert named(look(Visitor(), sort="login")) == ["Anna", "Ines"]
        assert look(Visitor(), sort="age").status == 422


class TestSearch:
    def find(self, text):
        return Visitor("viewer").get(
            serve_console_members.handler, "GET /console/search", query={"q": text}
        )

    def test_the_only_thing_that_is_found_is_opened(self, shop):
        for text, place in (
            ("schm", "members/Anna"),
            ("anna@example.com", "members/Anna"),
            ("O1", "orders/O1"),
        ):
            assert self.find(text).headers["location"] == f"/console/{place}", text

    def test_an_order_is_found_by_what_the_processor_calls_it(self, shop):
        shop.news(refs=["stripe:pi_9"], customer={"id": "Ines"}, status="paid", currency="EUR")
        assert self.find("pi_9").headers["location"] == "/console/orders/stripe%3Api_9"

    @pytest.mark.parametrize("text", ["ann", "anna@example.com", "O1", "nobody"])
    def test_members_and_orders_are_found_in_three_requests(self, shop, text):
        search_everything(text, secrets.hash_email)  # reads what a process keeps
        with counted_reads() as reads:
            search_everything(text, secrets.hash_email)
        assert reads.requests <= 3

    def test_several_are_listed_and_nothing_is_told(self, shop):
        shop.member("M1", login="annika")
        text = text_of(self.find("ann").text)
        assert "annika" in text and "Anna Schmidt" in text
        assert "Nothing found" in text_of(self.find("nobody").text)
        assert self.find("").status == 200


class TestMember:
    def test_the_page_tells_credit_people_and_why(self, shop):
        text = text_of(look(Visitor("viewer"), "Anna").text)
        for part in (
            "€10.00",
            "anna@example.com",
            "Income from referral program from ines",
            "10% of €100.00 is €10.00",
            "Order O1",
        ):
            assert part in text
        assert "anna" in text_of(look(Visitor("viewer", "second@example.com"), "Ines").text)

    def test_pending_credit_of_many_dates_adds_up(self, shop):
        for amount in (100, 200, 300, 400, 500):
            shop.later(days=1)
            shop.order(f"p{amount}", amount * 10, customer={"id": "Ines"})
        text = text_of(look(Visitor("owner", at=shop.at), "Anna").text)
        assert len(re.findall(r"€[\d.]+ on \d", text)) == 3
        assert "€12.00 later" in text

    def test_a_long_history_goes_on(self, shop):
        for number in range(25):
            shop.order(f"P{number}", 1_000, customer={"id": "Ines"})
        owner = Visitor()
        first = look(owner, "Anna")
        older = re.search(r'rel="next"[^>]*href="[^"]*cursor=([^"&]+)"', first.text)[1]
        second = look(owner, "Anna", cursor=older)
        orders = re.findall(r"/console/orders/(\w+)", first.text + second.text)
        assert sorted(orders) == sorted(["O1", *(f"P{number}" for number in range(25))])

    def test_nobody_unknown_has_a_page(self, shop):
        assert look(Visitor(), "nobody").status == 404


def test_support_is_told_who_may_change_an_advocate(shop):
    said = "Managers and owners can change this."
    assert said in text_of(look(Visitor("support"), "Anna").text)
    assert said not in text_of(look(Visitor("manager"), "Anna").text)


class TestLevers:
    def test_credit_is_given_and_taken_with_a_reason_in_the_audit(self, shop):
        manager = Visitor("manager")
        pull(manager, "adjust", {"amount": "12,50", "once": "a", "understood": "1250"} | WHY)
        pull(
            manager,
            "adjust",
            {"amount": "2.50", "once": "b", "direction": "take", "understood": "250"} | WHY,
            at=NOW + timedelta(minutes=1),
        )
        assert load_profile("Anna").account.balance == 1_000 + 1_250 - 250
        line = audit_log.list_audit_lines(1)[0][0]
        assert (line["what"], line["who"], line["reason"]) == (
            "adjustment",
            f"staff:{manager.person.id}",
            WHY["reason"],
        )

    def test_a_form_that_is_sent_twice_posts_once(self, shop):
        manager = Visitor("manager")
        statuses = [
            pull(manager, "adjust", {"amount": "5", "once": "a", "understood": "500"} | WHY).status
            for _ in range(2)
        ]
        assert (statuses, load_profile("Anna").account.balance) == ([303, 303], 1_500)

    @pytest.mark.parametrize("understood", [{}, {"understood": "100"}])
    def test_an_amount_counts_once_its_author_saw_what_was_understood(self, shop, understood):
        """Without a script the page asks; with one the line below the field has confirmed it."""
        form = {"amount": "1,000", "once": "a"} | WHY
        asked = pull(Visitor(), "adjust", form | understood)
        assert asked.status == 200 and load_profile("Anna").account.balance == 1_000
        assert "+€1,000.00" in asked.text and "€1,010.00" in asked.text
        (confirmed,) = re.findall(r'name="understood" value="(\d+)"', asked.text)
        assert pull(Visitor(), "adjust", form | {"understood": confirmed}).status == 303
        assert load_profile("Anna").account.balance == 101_000

    def test_a_refused_form_comes_back_with_what_was_typed(self, shop):
        form = {"amount": "1.250", "once": "kept", "direction": "take"} | WHY
        answered = pull(Visitor(), "adjust", form)
        page = answered.text
        assert (answered.status, load_profile("Anna").account.balance) == (422, 1_000)
        assert 'value="1.250"' in page and 'value="Asked by phone"' in page
        assert 'value="kept"' in page and 'value="take" checked' in page
        assert re.search(r'id="amount"[^>]* aria-invalid="true" autofocus', page)
        assert 'aria-describedby="amount-hint amount-error"' in page
        assert "Amount could mean 1.25 or 1250" in text_of(page)
        assert 'href="/console/orders"' in page and ">Older<" not in page

    def test_a_form_of_an_earlier_sign_in_is_not_lost(self, shop):
        form = {"amount": "5", "understood": "500", "form": "of another session"} | WHY
        answered = pull(Visitor(), "adjust", form)
        assert answered.status == 403 and 'value="Asked by phone"' in answered.text
        assert load_profile("Anna").account.balance == 1_000

    @pytest.mark.parametrize(
        "form",
        [
            {"amount": "x"},
            {"amount": "0"},
            {"amount": "-5"},
            {"amount": "1.005"},
            {"amount": "9" * 14},
            {},
        ],
    )
    def test_what_is_no_amount_posts_nothing(self, shop, form):
        assert pull(Visitor(), "adjust", form | WHY).status == 422
        assert load_profile("Anna").account.balance == 1_000

    def test_without_a_reason_nothing_is_posted(self, shop):
        assert pull(Visitor(), "adjust", {"amount": "5"}).status == 422
        assert pull(Visitor("manager"), "block", {"reason": " "}).status == 422

    def test_support_blocks_and_unblocks(self, shop):
        support = Visitor("support")
        assert "€10.00 of pending credit will be forfeited" in text_of(look(support, "Anna").text)
        assert pull(support, "block", WHY).status == 303
        assert (load_profile("Anna").member.status, load_profile("Anna").account.balance) == (
            "blocked",
            0,
        )
        assert pull(support, "unblock").status == 303
        assert load_profile("Anna").member.status == "active"

    def test_a_group_by_hand(self, shop):
        pull(Visitor(), "group", {"group": "friends"})
        assert load_profile("Anna").member.group == "friends"
        assert pull(Visitor("manager"), "group", {"group": "nobody's"}).status == 422

    def test_a_referral_is_made_and_its_end_is_previewed_before_it_is_done(self, shop):
        manager = Visitor("manager")
        shop.member("Otto")
        assert pull(manager, "refer", {"advocate_login": "nobody"} | WHY, "Otto").status == 422
        assert pull(manager, "refer", {"advocate_login": "anna"} | WHY, "Otto").status == 303
        preview = manager.get(
            serve_console_members.handler, f"GET {ONE}/referral", path={"id": "Ines"}
        )
        assert text_of(preview.text).count("€10.00") == 2 and "€100.00" in preview.text
        assert load_profile("Anna").account.balance == 1_000
        edge = load_profile("Ines").member.referral.id
        assert (
            pull(
                manager, "referral", {"referral": edge, "take_back": "unspent"} | WHY, "Ines"
            ).status
            == 303
        )
        assert (load_profile("Anna").account.balance, load_profile("Anna").account.volume) == (0, 0)

    @pytest.mark.parametrize(
        ("role", "levers"),
        [
            (
                "viewer",
                ["block", "unblock", "adjust", "group", "refer", "referral", "session", "erase"],
            ),
            ("support", ["adjust", "group", "refer", "referral", "erase"]),
        ],
    )
    def test_a_role_does_no_more_than_it_may(self, shop, role, levers):
        visitor = Visitor(role)
        before = load_profile("Anna").account, load_profile("Anna").member
        assert {
            pull(visitor, lever, {"amount": "5", "typed": "Anna"} | WHY).status for lever in levers
        } == {403}
        assert (load_profile("Anna").account, load_profile("Anna").member) == before
        assert f'action="/console/members/Anna/{levers[0]}"' not in look(visitor, "Anna").text

    def test_whoever_may_help_sees_what_the_member_sees(self, shop):
        led_on = pull(Visitor("support"), "session").headers["location"]
        assert led_on.startswith("/rewards?token=") and "ms_" not in led_on


class TestPrivacy:
    def test_what_is_kept_is_a_file_for_those_who_help(self, shop):
        request = {"path": {"id": "Anna"}}
        file = Visitor("support").get(serve_console_privacy.handler, f"GET {ONE}/export", **request)
        assert (
            "anna@example.com" in file.text and "attachment" in file.headers["content-disposition"]
        )
        assert (
            Visitor("viewer")
            .get(serve_console_privacy.handler, f"GET {ONE}/export", **request)
            .status
            == 403
        )

    def test_forgetting_wants_the_id_typed(self, shop):
        manager = Visitor("manager")
        assert pull(manager, "erase", {"typed": "anna"}).status == 422
        assert pull(manager, "erase", {"typed": "Anna"}).status == 303
        page = look(manager, "Anna")
        assert load_profile("Anna").member.erased and "Schmidt" not in page.text
