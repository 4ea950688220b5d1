"""Codes and logins as people type them, and the mailbox behind an address."""

import string

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.members.code import normalize_code
from shared.domain.members.email_address import normalize_email
from shared.domain.members.login import choose_login, login_spelling
from shared.domain.members.shown_friend import mask_login, show_friend
from tests.support.strategies import spelled

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2043\u02d7\u30fc\u00ad"
LETTERS = string.ascii_letters + string.digits


@pytest.mark.parametrize("dash", [*DASHES, "", " ", "\u00a0", "\u2009", "\t", " - ", "--"])
def test_any_dash_a_blank_and_none_are_one(dash: str) -> None:
    assert normalize_code(f"anna{dash}7k2q") == normalize_code("ANNA-7K2Q") == "ANNA7K2Q"


@pytest.mark.parametrize(
    "around",
    [
        "",
        " ",
        ".",
        ",",
        "!",
        "?",
        ")",
        "\u201d",
        "\u2019",
        ">",
        "/",
        "\u3002",
        "\u200b",
        "\u2060",
        "\ufeff",
        "\u200d",
        "\u202c",
        "\U0001f389",
        "\U0001f389\ufe0f",
        "\n",
        "...",
        ". ",
    ],
)
def test_signs_around_a_code_are_no_part_of_it(around: str) -> None:
    assert normalize_code(f"{around}ANNA-7K2Q{around}") == "ANNA7K2Q"


@pytest.mark.parametrize("text", ["", " ", "-", "...", "\u200b", "\U0001f389"])
def test_a_text_without_letter_or_digit_is_no_code(text: str) -> None:
    assert normalize_code(text) == ""


@pytest.mark.parametrize(("one", "other"), [("ANNA7K2Q", "ANNA7K2"), ("A_B", "AB"), ("1", "l")])
def test_other_characters_tell_codes_apart(one: str, other: str) -> None:
    assert normalize_code(one) != normalize_code(other)


@given(st.text())
def test_a_normal_form_is_its_own(text: str) -> None:
    normal = normalize_code(text)
    assert normalize_code(normal) == normal


@given(st.text(LETTERS, min_size=1), st.data())
def test_every_spelling_of_a_code_is_one_code(code: str, data: st.DataObject) -> None:
    assert normalize_code(data.draw(spelled(code))) == normalize_code(code)


class TestLogins:
    """The one that is told most exactly counts; of several that are alike nobody is meant."""

    @pytest.mark.parametrize(
        ("typed", "logins", "meant"),
        [
            ("anna", ["anna"], "anna"),
            ("ANNA", ["anna"], "anna"),
            ("  aNNa ", ["anna"], "anna"),
            ("anna.", ["anna"], "anna"),
            ("anna schmidt", ["anna-schmidt"], "anna-schmidt"),
            ("annaschmidt", ["anna-schmidt"], "anna-schmidt"),
            ("Anna\u2013Schmidt", ["anna-schmidt"], "anna-schmidt"),
            ("STRASSE", ["straße"], "straße"),
            ("max", ["max", "MAX"], "max"),
            ("MAX ", ["max", "MAX"], "MAX"),
            ("Max", ["max", "MAX"], None),
            ("anna-b", ["anna-b", "annab"], "anna-b"),
            ("ANNAB", ["anna-b", "annab"], "annab"),
            ("anna b", ["anna-b", "annab"], None),
            ("nobody", ["anna"], None),
            ("anna", [], None),
        ],
    )
    def test_who_is_meant(self, typed: str, logins: list[str], meant: str | None) -> None:
        assert choose_login(typed, logins) == meant
        assert choose_login(typed, reversed(logins)) == meant

    @given(st.lists(st.text(min_size=1, max_size=6), unique=True, max_size=6), st.data())
    def test_a_login_that_is_told_exactly_is_always_found(
        self, logins: list[str], data: st.DataObject
    ) -> None:
        for login in logins:
            assert choose_login(login, logins) == login

    @given(st.text(LETTERS, min_size=1), st.data())
    def test_spellings_meet_under_one_key(self, login: str, data: st.DataObject) -> None:
        assert login_spelling(data.draw(spelled(login))) == login_spelling(login)


class TestMailboxes:
    @pytest.mark.parametrize(
        "domain",
        [
            *("outlook.com", "outlook.fr", "outlook.de", "outlook.com.br", "outlook.co.id"),
            *("hotmail.com", "hotmail.fr", "hotmail.co.uk", "hotmail.com.tr", "hotmail.it"),
            *("live.com", "live.nl", "live.co.za", "live.com.mx", "msn.com", "windowslive.com"),
        ],
    )
    def test_tags_of_microsofts_domains_are_dropped(self, domain: str) -> None:
        assert normalize_email(f"Olga4+2@{domain.upper()}") == f"olga4@{domain}"

    @pytest.mark.parametrize(
        "domain",
        [
            *("example.com", "myoutlook.com", "outlook.example", "outlook.com.example.com"),
            *("outlook.fr.example.com", "mail.outlook.fr", "live.example.com"),
        ],
    )
    def test_tags_elsewhere_are_kept(self, domain: str) -> None:
        assert normalize_email(f"olga4+2@{domain}") == f"olga4+2@{domain}"

    def test_mailboxes_of_two_countries_are_two(self) -> None:
        assert normalize_email("olga@outlook.fr") != normalize_email("olga@outlook.de")

    @pytest.mark.parametrize(
        ("written", "normal"),
        [
            ("a@straße.de", "a@xn--strae-oqa.de"),
            ("a@STRAẞE.de", "a@xn--strae-oqa.de"),
            ("a@xn--strae-oqa.de", "a@xn--strae-oqa.de"),
            ("a@strasse.de", "a@strasse.de"),
            ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
            ("a@bu\u0308cher.example", "a@xn--bcher-kva.example"),
            ("a@ΛΌΓΟΣ.gr", "a@xn--oxapnq6b.gr"),
            ("a@λόγος.gr", "a@xn--oxapnm1c.gr"),
            ("a@bücher\u3002example", "a@xn--bcher-kva.example"),
            ("a@bücher\uff0eexample.", "a@xn--bcher-kva.example"),
            ("a@b\u00adücher.example", "a@xn--bcher-kva.example"),
            ("a@日本語.jp", "a@xn--wgv71a119e.jp"),
        ],
    )
    def test_domains_are_those_of_idna_2008(self, written: str, normal: str) -> None:
        """And those of the library, which the core could not import."""
        assert normalize_email(written) == normal
        library = idna.encode(written.partition("@")[2].rstrip("."), uts46=True).decode()
        assert normal == f"a@{library}"


class TestShownFriends:
    @pytest.mark.parametrize(
        ("login", "shown"), [("ines", "i***s"), ("abc", "a***c"), ("ab", "***"), ("", "***")]
    )
    def test_a_masked_login(self, login: str, shown: str) -> None:
        assert mask_login(login) == shown

    @pytest.mark.parametrize("shown_as", ["masked", "login", "name"])
    def test_nobody_is_shown_as_nobody(self, shown_as: str) -> None:
        assert show_friend(None, shown_as) is None
