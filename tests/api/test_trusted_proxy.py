"""Who is behind a shop's proxy: its word counts only with the secret."""

import pytest

from shared.api.trusted_proxy import forwarded_address

SECRET = "a secret of the proxy"


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXY_SECRET", SECRET)


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({"x-grapevine-proxy": SECRET, "x-forwarded-for": "203.0.113.7"}, "203.0.113.7"),
        ({"x-grapevine-proxy": SECRET, "x-forwarded-for": "203.0.113.7, 10.0.0.1"}, "203.0.113.7"),
        ({"x-grapevine-proxy": SECRET, "x-forwarded-for": " 2001:DB8::1 ,x"}, "2001:db8::1"),
        ({"x-grapevine-proxy": SECRET, "x-forwarded-for": "nobody"}, None),
        ({"x-grapevine-proxy": SECRET, "x-forwarded-for": ""}, None),
        ({"x-grapevine-proxy": SECRET}, None),
        ({"x-grapevine-proxy": SECRET + "!", "x-forwarded-for": "203.0.113.7"}, None),
        ({"x-grapevine-proxy": "", "x-forwarded-for": "203.0.113.7"}, None),
        ({"x-forwarded-for": "203.0.113.7"}, None),
    ],
)
def test_the_first_address_counts_where_the_secret_is_right(proxy, headers, address):
    assert forwarded_address(headers) == address


def test_without_a_secret_there_is_no_proxy(monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXY_SECRET", "")
    assert forwarded_address({"x-grapevine-proxy": "", "x-forwarded-for": "203.0.113.7"}) is None


def test_another_header_may_name_the_visitor(proxy, monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXY_HEADER", "CF-Connecting-IP")
    headers = {"x-grapevine-proxy": SECRET, "x-forwarded-for": "1.1.1.1", "cf-connecting-ip": "::7"}
    assert forwarded_address(headers) == "::7"
