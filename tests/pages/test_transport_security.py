"""Behind https, every page tells browsers to stay there; on loopback none does."""

import pytest

from shared.pages.site import page_headers


@pytest.mark.parametrize(
    ("base_url", "header"),
    [("https://rewards.shop.example", "max-age=31536000"), ("http://127.0.0.1:8000", None)],
)
def test_browsers_stay_on_tls(tables, monkeypatch, base_url, header):
    monkeypatch.setenv("BASE_URL", base_url)
    assert page_headers("en").get("strict-transport-security") == header
