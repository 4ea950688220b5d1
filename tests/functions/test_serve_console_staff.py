"""Sign-in to the console by a mailed link, and what the roles of staff may do."""

import json
import re
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from functions import serve_console, serve_console_staff
from shared.console.roles import OWN, PERMISSIONS
from shared.store import engine
from shared.store.programs import audit_log
from tests.support.console_visitor import OUR_PAGE, OWNER_EMAIL, Visitor, open_console, text_of
from tests.support.http_events import NOW, send

SIGN_IN, LINK, HOME = "/console/sign-in", "/console/sign-in/{token}", "GET /console"
STAFF, ROLE, REMOVE = (
    "/console/staff",
    "POST /console/staff/{id}/role",
    "POST /console/staff/{id}/remove",
)
door = serve_console_staff.handler


@pytest.fixture
def console(tables, monkeypatch):
    engine.open_tables()
    open_console(monkeypatch)


@pytest.fixture
def mails(engine):
    """What was mailed since the test began."""
    address = f"{engine}/_ministack/ses/messages"

    def sent():
        with urllib.request.urlopen(address) as answer:
            return [mail for mails in json.load(answer)["messages"].values() for mail in mails]

    before = len(sent())
    return lambda: sent()[before:]


def ask(email=OWNER_EMAIL, at=NOW, headers=OUR_PAGE):
    return send(door, f"POST {SIGN_IN}", body=urlencode({"email": email}), at=at, headers=headers)


def link_in(mail) -> str:
    return re.search(r"/console/sign-in/([\w-]+)", json.dumps(mail))[1]


def open_link(token, method="POST", at=NOW):
    return send(door, f"{method} {LINK}", path={"token": token}, at=at, headers=OUR_PAGE)


def cookie_of(answered) -> list[str]:
    return [answered.cookies[0].partition(";")[0]]


def home(cookies, at=NOW):
    return send(serve_console.handler, HOME, cookies=cookies, at=at)


class TestLink:
    def test_the_owner_whom_the_stack_names_comes_in_by_a_mailed_link(self, console, mails):
        assert ask().status == 200
        (mail,) = mails()
        assert OWNER_EMAIL in json.dumps(mail)
        entered = open_link(link_in(mail))
        assert (entered.status, entered.headers["location"]) == (303, "/console")
        assert home(cookie_of(entered)).status == 200

    def test_a_link_lets_in_once(self, console, mails):
        ask()
        token = link_in(mails()[0])
        with ThreadPoolExecutor(4) as tills:
            statuses = sorted(answered.status for answered in tills.map(open_link, [token] * 4))
        assert statuses == [303, 410, 410, 410]

    def test_a_mail_scanner_that_follows_the_link_uses_nothing_up(self, console, mails):
        ask()
        token = link_in(mails()[0])
        for _ in range(2):
            assert 'method="post"' in open_link(token, "GET").text
        assert open_link(token).status == 303

    def test_after_a_quarter_of_an_hour_a_link_is_over(self, console, mails):
        ask()
        token = link_in(mails()[0])
        assert open_link(token, at=NOW + timedelta(minutes=15)).status == 410
        assert open_link(token, at=NOW + timedelta(minutes=14, seconds=59)).status == 303

    def test_nobody_learns_who_is_of_the_staff(self, console, mails):
        known, unknown = ask(), ask("stranger@example.com")
        assert (known.status, known.text, known.cookies) == (
            unknown.status,
            unknown.text,
            unknown.cookies,
        )
        assert len(mails()) == 1

    def test_one_address_is_mailed_five_links_in_a_quarter_of_an_hour_and_told_the_same_after(
        self, console, mails
    ):
        answers = {ask().text for _ in range(7)}
        assert (len(answers), len(mails())) == (1, 5)
        ask(at=NOW + timedelta(minutes=15))
        assert len(mails()) == 6

    def test_another_sites_page_sends_nobody_a_link(self, console, mails):
        assert ask(headers={"sec-fetch-site": "cross-site"}).status == 403
        assert ask(headers={}).status == 403
        assert mails() == []

    @pytest.mark.parametrize("token", ["x", "../../etc", "a" * 3000])
    def test_a_link_that_nobody_was_given(self, console, token):
        assert open_link(token.replace("/", "%2F")).status == 410


class TestVisit:
    def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(self, console, mails):
        ask()
        (cookie,) = open_link(link_in(mails()[0])).cookies
        assert cookie.startswith("__Host-gv_console=cs_")
        assert {part.strip() for part in cookie.split(";")[1:]} == {
            "Path=/",
            "Max-Age=43200",
            "HttpOnly",
            "SameSite=Lax",
            "Secure",
        }

    @pytest.mark.parametrize(
        "cookies",
        [
            None,
            ["__Host-gv_console=cs_nobody.secret"],
            ["__Host-gv_console=x"],
            ["__Host-gv_console="],
        ],
    )
    def test_without_a_visit_there_is_only_the_door(self, console, cookies):
        answered = home(cookies)
        assert (answered.status, answered.headers["location"]) == (303, SIGN_IN)

    def test_a_visit_of_which_the_cookie_names_somebody_else_is_none(self, console):
        owner, viewer = Visitor(), Visitor("viewer")
        forged = f"cs_{owner.person.id}.{viewer.cookie.rpartition('.')[2]}"
        assert home([f"__Host-gv_console={forged}"]).status == 303

    def test_a_visit_ends_after_an_hour_without_a_page_and_after_twelve_with(self, console):
        idle, busy = Visitor(), Visitor("manager")
        assert home(idle.cookies, NOW + timedelta(minutes=60)).status == 303
        for minutes in range(50, 720, 50):
            assert home(busy.cookies, NOW + timedelta(minutes=minutes)).status == 200, minutes
        assert home(busy.cookies, NOW + timedelta(hours=12)).status == 303

    def test_whoever_signs_out_is_out(self, console):
        visitor = Visitor("viewer")
        answered = visitor.post(door, "POST /console/sign-out")
        assert (answered.status, "Max-Age=0" in answered.cookies[0]) == (303, True)
        assert home(visitor.cookies).status == 303

    def test_a_form_of_another_visit_or_of_another_site_changes_nothing(self, console):
        owner, other = Visitor(), Visitor("manager")
        form = {"email": "new@example.com", "role": "owner"}
        for answered in (
            owner.post(door, f"POST {STAFF}", form | {"form": ""}),
            owner.post(door, f"POST {STAFF}", form | {"form": other.cookie}),
            owner.post(door, f"POST {STAFF}", form, headers={"sec-fetch-site": "cross-site"}),
            owner.post(door, f"POST {STAFF}", form, headers={"origin": "https://evil.example"}),
        ):
            assert answered.status == 403
        assert "new@example.com" not in owner.get(door, f"GET {STAFF}").text


class TestStaff:
    @pytest.mark.parametrize("role", [role for role in PERMISSIONS if OWN not in PERMISSIONS[role]])
    def test_only_owners_say_who_may_come_in(self, console, role):
        visitor = Visitor(role)
        refused = visitor.get(door, f"GET {STAFF}")
        assert (refused.status, refused.headers["content-type"]) == (
            403,
            "text/html; charset=utf-8",
        )
        assert (
            visitor.post(
                door, f"POST {STAFF}", {"email": "friend@example.com", "role": "owner"}
            ).status
            == 403
        )
        assert (
            visitor.post(door, ROLE, {"role": "owner"}, path={"id": visitor.person.id}).status
            == 403
        )
        assert visitor.post(door, REMOVE, path={"id": visitor.person.id}).status == 403

    def test_somebody_invited_may_come_in_and_is_told_in_the_audit_by_an_id(self, console, mails):
        owner = Visitor()
        assert (
            owner.post(
                door, f"POST {STAFF}", {"email": "Sam@Example.com", "role": "support"}
            ).status
            == 303
        )
        ask("sam@example.com")
        assert open_link(link_in(mails()[-1])).status == 303
        line = next(line for line in audit_log.list_audit_lines(10)[0] if line["who"] != "tests")
        assert (line["what"], line["who"], line["after"]) == (
            "staff_invited",
            f"staff:{owner.person.id}",
            {"role": "support"},
        )
        assert "xample.com" not in json.dumps(line)

    def test_a_change_of_role_counts_from_the_next_page_on(self, console):
        owner, sam = Visitor(), Visitor("viewer")
        owner.post(door, ROLE, {"role": "owner"}, path={"id": sam.person.id})
        assert sam.get(door, f"GET {STAFF}").status == 200
        owner.post(door, REMOVE, path={"id": sam.person.id})
        assert sam.get(door, f"GET {STAFF}").status == 303

    def test_there_is_always_an_owner(self, console):
        owner = Visitor()
        for route, form in ((ROLE, {"role": "viewer"}), (REMOVE, {})):
            assert owner.post(door, route, form, path={"id": owner.person.id}).status == 409
        second = Visitor("owner", "second@example.com")
        assert second.post(door, REMOVE, path={"id": owner.person.id}).status == 303

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"email": "a"},
            {"email": "a@b@c"},
            {"email": "a@b.c", "role": "king"},
            {"email": "a b@c.d"},
        ],
    )
    def test_what_is_no_address_or_no_role_invites_nobody(self, console, form):
        assert Visitor().post(door, f"POST {STAFF}", {"role": "viewer"} | form).status == 422

    def test_one_address_is_one_person(self, console):
        owner = Visitor()
        invited = [
            owner.post(door, f"POST {STAFF}", {"email": email, "role": "viewer"}).status
            for email in ("s@e.com", "S@E.com")
        ]
        assert invited == [303, 409]

    def test_markup_in_an_address_is_text(self, console):
        owner = Visitor()
        owner.post(door, f"POST {STAFF}", {"email": '"><b>x</b>"@example.com', "role": "viewer"})
        owner.post(door, f"POST {STAFF}", {"email": "a&b'\"@example.com", "role": "viewer"})
        page = owner.get(door, f"GET {STAFF}").text
        assert "a&amp;b&#39;&#34;@example.com" in page
        assert "<b>x" not in page
        assert "style=" not in page and "onclick" not in page


def test_the_audit_names_people_and_comes_as_a_file(console):
    owner = Visitor()
    owner.post(door, f"POST {STAFF}", {"email": "sam@example.com", "role": "support"})
    audit = "GET /console/audit"
    assert owner.person.email in text_of(
        owner.get(serve_console.handler, audit, query={"what": "staff_invited"}).text
    )
    assert (
        "No matching entries"
        in owner.get(serve_console.handler, audit, query={"what": "block"}).text
    )
    file = owner.get(serve_console.handler, audit, query={"format": "csv"})
    assert file.headers["content-type"].startswith("text/csv")
    assert file.text.splitlines()[0] == "at,who,what,subject,before,after,reason"
