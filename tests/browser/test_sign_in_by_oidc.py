"""Staff of a running system signs in at a provider, there and back, in a browser that runs no script and keeps to our policy."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from tests.support.oidc_provider import (
    CLIENT_ID,
    SECRET,
    Provider,
    running_provider,
    visit_provider,
)
from tests.support.running_cloud import RunningCloud


class Signing(NamedTuple):
    cloud: RunningCloud
    provider: Provider


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signing]:
    with (
        running_provider(lambda: datetime.now(UTC)) as provider,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("OIDC_SECRET", SECRET)
        running = RunningCloud(tmp_path_factory.mktemp("signing"))
        told = {
            "OidcIssuer": provider.issuer,
            "OidcClientId": CLIENT_ID,
            "OidcName": "the shop's own directory",
        }
        running.start(
            *(part for name, value in told.items() for part in ("--parameter", f"{name}={value}"))
        )
        try:
            yield Signing(running, provider)
        finally:
            running.stop()


def test_a_running_system_lets_in_whom_the_provider_names_and_the_staff_knows(signing):
    gone = signing.cloud.get("/console/sign-in/oidc")
    told, cookie = visit_provider(gone.headers["location"]), gone.cookies[0].partition(";")[0]
    back = f"/console/sign-in/callback?code={told['code']}&state={told['state']}"
    assert signing.cloud.get(back).status == 400
    entered = signing.cloud.get(back, cookie=cookie)
    assert (entered.status, entered.headers["location"]) == (303, "/console")
    visit = entered.cookies[0].partition(";")[0]
    assert signing.cloud.get("/console", cookie=visit).status == 200
    assert signing.cloud.get(back, cookie=cookie).status == 403


def test_in_a_browser_without_script_it_is_one_press(signing, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    try:
        page.goto(f"{signing.cloud.base_url}/console/sign-in")
        page.get_by_role("link", name="Sign in with the shop's own directory").click()
        page.wait_for_url(f"{signing.cloud.base_url}/console")
        assert page.get_by_text("owner@example.com").first.is_visible()
        assert [kept["name"] for kept in context.cookies()] == ["gv_console"]
    finally:
        context.close()


def test_whoever_is_not_of_the_staff_reads_why_and_may_ask_for_a_link(signing, page):
    refusals = []
    page.on(
        "console",
        lambda message: (
            refusals.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    signing.provider.email = "stranger@example.com"
    try:
        page.goto(f"{signing.cloud.base_url}/console/sign-in")
        page.get_by_role("link", name="Sign in with the shop's own directory").click()
        assert "You weren't signed in." in page.get_by_role("alert").inner_text()
        page.get_by_label("Your email address").fill("owner@example.com")
        page.get_by_role("button", name="Email me a link").click()
        assert "Check your email" in page.get_by_role("status").inner_text()
    finally:
        signing.provider.email = "owner@example.com"
    assert refusals == []
