"""Webhooks go to public addresses only, and follow no redirect."""

import socket

import pytest

from shared.outgoing.address import resolve_address
from tests.support.outgoing_webhooks import (
    PUBLIC_BASE,
    WEBHOOKS,
    call_route,
    create_webhook,
    list_deliveries,
)
from tests.support.webhook_receiver import running_receiver


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hooks",
        "ftp://shop.example/",
        "https://",
        "https:shop.example",
        "https://user:word@shop.example/",
        "https://shop.example/#here",
        "https://localhost/",
        "https://intranet/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://10.0.0.1/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://192.168.1.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[::10.0.0.1]/",
        "https://[::a00:1]/",
        "https://[::ffff:0:10.0.0.1]/",
        "https://[fec0::1]/",
        "https://0.0.0.0/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://shop.example:port/",
        "https://shop.example/a b",
        "https://shop.example/\r\nx: y",
        "https://" + "x" * 600 + ".example/",
        "http://127.0.0.2:80/",
        "http://127.0.0.1@evil.example/",
        7,
        None,
    ],
)
def test_only_public_addresses_over_tls_are_endpoints(url):
    answered = call_route(f"POST {WEBHOOKS}", body={"url": url})
    assert (answered.status, answered.fields) == (422, ["url"])


def test_loopback_is_an_endpoint_only_of_a_system_on_loopback(shop, monkeypatch):
    monkeypatch.setenv("BASE_URL", PUBLIC_BASE)
    assert call_route(f"POST {WEBHOOKS}", body={"url": shop.url}).fields == ["url"]


def test_an_endpoint_on_loopback_is_not_gone_to_once_the_system_is_public(shop, post, monkeypatch):
    webhook = create_webhook(shop.url)
    monkeypatch.setenv("BASE_URL", PUBLIC_BASE)
    post.event()
    post.run(2)
    assert (shop.heard, list_deliveries(webhook)[0]["problem"]) == ([], "address_refused")


def test_a_name_that_leads_inside_is_not_gone_to_whatever_else_it_leads_to(monkeypatch):
    def answers(*addresses):
        return lambda *_, **__: [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answers("93.184.216.34", "10.0.0.1"))
    with pytest.raises(ValueError, match="private"):
        resolve_address("https://shop.example/", PUBLIC_BASE)
    monkeypatch.setattr(socket, "getaddrinfo", answers("93.184.216.34"))
    assert resolve_address("https://shop.example/", PUBLIC_BASE) == ("93.184.216.34", 443)


def test_a_redirect_is_not_followed(shop, post):
    with running_receiver() as elsewhere:
        webhook = create_webhook(shop.url)
        shop.answers = [elsewhere.url]
        post.event()
        post.run(2)
        assert elsewhere.heard == []
    assert (list_deliveries(webhook)[0]["status"], list_deliveries(webhook)[0]["response"]) == (
        "waiting",
        302,
    )


def test_a_shop_that_does_not_answer_is_told_again(post):
    with running_receiver() as gone:
        webhook = create_webhook(gone.url)
    post.event()
    post.run(2)
    row = list_deliveries(webhook)[0]
    assert (row["status"], row["response"], row["problem"]) == ("waiting", None, "no_answer")


def test_a_shop_that_drips_is_cut_off(post, monkeypatch):
    monkeypatch.setattr("shared.outgoing.attempt.ATTEMPT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        webhook = create_webhook(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        post.event()
        post.run(2)
    assert list_deliveries(webhook)[0]["problem"] == "timeout"
