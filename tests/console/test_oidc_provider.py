"""A failing or lying OpenID provider lets nobody in; the page says so, and the mailed link stays."""

import socket
from datetime import timedelta

import pytest

from shared.console import oidc_provider
from tests.support.http_events import NOW
from tests.support.oidc_browser import GO, NO_ANSWER, NOT_SIGNED_IN, Browser, check_refused
from tests.support.oidc_provider import (
    DISCOVERY,
    configure_provider,
    dripping_provider,
    running_provider,
    visit_provider,
)


class TestAProviderThatFails:
    @pytest.mark.parametrize(
        ("error", "status", "sentence"),
        [
            ("access_denied", 403, NOT_SIGNED_IN),
            ("<b>error</b>", 403, NOT_SIGNED_IN),
            ("temporarily_unavailable", 503, NO_ANSWER),
        ],
    )
    def test_it_says_no(self, provider, caplog, error, status, sentence):
        provider.refusal = {"error": error, "error_description": "sam@example.com may not"}
        answered = Browser().sign_in()
        check_refused(answered, status, sentence)
        for text in ("<b>", "may not", "sam@example.com"):
            assert text not in answered.text + caplog.text

    def test_it_is_not_there(self, console, monkeypatch):
        with running_provider(lambda: NOW) as gone:
            configure_provider(monkeypatch, gone.issuer)
        check_refused(Browser().get(GO), 503, NO_ANSWER)

    def test_a_button_pressed_again_and_again_does_not_ask_it_each_time(self, provider):
        provider.answers[DISCOVERY] = (500, b"")
        for seconds in (0, 14):
            check_refused(Browser().get(GO, at=NOW + timedelta(seconds=seconds)), 503, NO_ANSWER)
        assert len(provider.heard) == 1
        del provider.answers[DISCOVERY]
        Browser().go(NOW + timedelta(seconds=15))

    def test_it_goes_away_while_somebody_signs_in(self, provider):
        browser = Browser()
        callback = visit_provider(browser.go())
        provider.answers["/token"] = (500, b"")
        check_refused(browser.back(callback), 503, NO_ANSWER)

    def test_it_drips_and_is_cut_off(self, console, monkeypatch, caplog):
        monkeypatch.setattr(oidc_provider, "TIMEOUT_SECONDS", 0.3)
        with dripping_provider() as (issuer, hung_up):
            configure_provider(monkeypatch, issuer)
            check_refused(Browser().get(GO), 503, NO_ANSWER)
            assert hung_up.wait(60)
        assert [record.why for record in caplog.records] == ["timeout"]

    def test_it_is_silent(self, console, monkeypatch, caplog):
        monkeypatch.setattr(oidc_provider, "TIMEOUT_SECONDS", 0.2)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            configure_provider(monkeypatch, f"http://127.0.0.1:{silent.getsockname()[1]}")
            check_refused(Browser().get(GO), 503, NO_ANSWER)
        assert [record.why for record in caplog.records] == ["timeout"]

    @pytest.mark.parametrize(
        ("status", "body", "why"),
        [
            (200, b"", "other_issuer"),
            (200, b"<html>", "other_issuer"),
            (200, b"[]", "other_issuer"),
            (200, b"\xff", "other_issuer"),
            (200, b"[" * 60_000, "other_issuer"),
            (200, b" " * 65_537, "too_long"),
            (404, b"{}", "no_configuration"),
            (500, b"", "no_configuration"),
        ],
        ids=["nothing", "html", "list", "bytes", "deep", "long", "404", "500"],
    )
    def test_what_it_publishes_is_of_no_use(self, provider, caplog, status, body, why):
        provider.answers[DISCOVERY] = (status, body)
        check_refused(Browser().get(GO), 503, NO_ANSWER)
        assert [record.why for record in caplog.records] == [why]

    @pytest.mark.parametrize(
        ("configuration", "why"),
        [
            ({"issuer": "https://id.example"}, "other_issuer"),
            ({"authorization_endpoint": "http://id.example/authorize"}, "address_refused"),
            ({"authorization_endpoint": "javascript:alert(1)"}, "address_refused"),
            ({"authorization_endpoint": None}, "address_refused"),
            ({"token_endpoint": "https://169.254.169.254/latest"}, "address_refused"),
            ({"token_endpoint": ["https://id.example"]}, "address_refused"),
            (
                {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
                "no_way_to_prove_ourselves",
            ),
            ({"token_endpoint_auth_methods_supported": "none"}, "no_way_to_prove_ourselves"),
        ],
    )
    def test_what_it_publishes_leads_elsewhere(self, provider, caplog, configuration, why):
        provider.configuration = configuration
        check_refused(Browser().get(GO), 503, NO_ANSWER)
        assert [record.why for record in caplog.records] == [why]

    @pytest.mark.parametrize("path", [DISCOVERY, "/token"])
    def test_a_redirect_is_not_followed(self, provider, path):
        browser = Browser()
        with running_provider(lambda: NOW) as elsewhere:
            provider.answers[path] = (307, f"{elsewhere.issuer}{path}".encode())
            check_refused(
                browser.get(GO) if path == DISCOVERY else browser.sign_in(), 503, NO_ANSWER
            )
            assert elsewhere.heard == []

    @pytest.mark.parametrize(
        "answer",
        [
            (200, b"{}"),
            (200, b'{"id_token": 1}'),
            (200, b"x" * 65_537),
            (200, b"\x00"),
            (503, b"{}"),
        ],
    )
    def test_what_it_hands_out_is_no_token(self, provider, answer):
        provider.answers["/token"] = answer
        check_refused(Browser().sign_in(), 503, NO_ANSWER)

    def test_it_does_not_know_our_secret(self, provider, monkeypatch, caplog):
        configure_provider(monkeypatch, provider.issuer, "a secret of last year")
        check_refused(Browser().sign_in(), 503, NO_ANSWER)
        assert [record.why for record in caplog.records] == ["client_refused"]

    @pytest.mark.parametrize(
        "issuer",
        [
            "http://id.example",
            "https://localhost",
            "https://10.0.0.1",
            "https://[",
            "id.example",
            "https://id.example/#x",
        ],
    )
    def test_an_issuer_that_nothing_secret_is_told_to(self, console, monkeypatch, issuer):
        configure_provider(monkeypatch, issuer)
        check_refused(Browser().get(GO), 503, NO_ANSWER)

    def test_loopback_is_a_provider_only_where_we_are_on_it_ourselves(self, provider, monkeypatch):
        monkeypatch.setenv("BASE_URL", "https://grapevine.example.com")
        check_refused(Browser().get(GO), 503, NO_ANSWER)
        assert provider.heard == []


class TestWhoSentTheAnswer:
    def test_an_answer_that_names_another_issuer(self, provider):
        browser = Browser()
        callback = visit_provider(browser.go()) | {"iss": "https://id.example"}
        check_refused(browser.back(callback), 403, NOT_SIGNED_IN)
        assert not [path for path, *_ in provider.heard if path == "/token"]

    def test_a_provider_that_names_itself_does_so_always(self, provider):
        provider.configuration["authorization_response_iss_parameter_supported"] = True
        browser = Browser()
        callback = visit_provider(browser.go())
        assert callback["iss"] == provider.issuer
        check_refused(
            browser.back({name: value for name, value in callback.items() if name != "iss"}),
            403,
            NOT_SIGNED_IN,
        )
        assert Browser().sign_in().status == 303

    @pytest.mark.parametrize("code", [None, "", "x" * 4097])
    def test_an_answer_without_a_code(self, provider, code):
        browser = Browser()
        callback = visit_provider(browser.go()) | {"code": code}
        check_refused(
            browser.back({name: value for name, value in callback.items() if value is not None}),
            403,
            NOT_SIGNED_IN,
        )
        assert "/token" not in [path for path, *_ in provider.heard]
