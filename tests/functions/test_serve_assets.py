from base64 import b64decode
from gzip import decompress

import pytest

from functions.serve_assets import handler
from shared import owner_settings
from shared.pages.assets import asset_path
from tests.support.http_events import http_event, send


def test_a_style_may_be_kept_for_ever_under_the_address_that_pages_name(tables):
    path, _, version = asset_path("style.css").partition("?v=")

    answer = send(
        handler, "GET /assets/{name}", path={"name": path.rpartition("/")[2]}, query={"v": version}
    )

    assert (answer.status, answer.headers["content-type"]) == (200, "text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert b64decode(answer.text) != b""


def test_the_snippet_is_asked_for_again_after_a_while(tables):
    answer = send(handler, "GET /grapevine.js")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/javascript")
    assert "immutable" not in answer.headers["cache-control"]


def test_what_no_route_takes_is_refused_in_the_words_of_the_api(tables):
    answer = send(handler, "$default")
    assert (answer.status, answer.code, answer.headers["content-type"]) == (
        404,
        "no_such_route",
        "application/problem+json",
    )


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/console/nothing", 404), ("/nothing/here", 404)]
)
def test_a_browser_where_no_route_leads_is_shown_the_ways_on(tables, path, status):
    event = http_event("$default", headers={"accept": "text/html,*/*;q=0.8"}) | {"rawPath": path}
    answer = handler(event, None)
    assert (answer["statusCode"], answer["headers"]["content-type"][:9]) == (status, "text/html")
    assert all(f'href="{way}"' in answer["body"] for way in ("/rewards", "/console"))


def asked_for_an_icon():
    return handler(http_event("$default") | {"rawPath": "/favicon.ico"}, None)


def test_what_names_no_icon_has_our_mark(tables):
    owner_settings.forget()
    answer = asked_for_an_icon()
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "image/png")
    assert b64decode(answer["body"])[1:4] == b"PNG"
    assert "immutable" not in answer["headers"]["cache-control"], "its address stays the same"


def test_files_are_compressed_for_whoever_reads_that(tables):
    plain = send(handler, "GET /grapevine.js")
    packed = send(handler, "GET /grapevine.js", headers={"accept-encoding": "br, gzip"})
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == (
        "gzip",
        "accept-encoding",
    )
    assert "content-encoding" not in plain.headers
    assert decompress(b64decode(packed.text)) == b64decode(plain.text)


def test_nothing_but_what_browsers_are_given_is_given(tables):
    for name in (
        "__init__.py",
        "..",
        "nothing.css",
        "%2e%2e%2ftemplate.yaml",
        "",
        "x" * 5000 + ".css",
        "a%00.css",
    ):
        assert send(handler, "GET /assets/{name}", path={"name": name}).code == "no_such_file"
