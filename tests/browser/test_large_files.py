"""A link to a file of any size: the browser fetches its parts and keeps the whole one."""

import json
from pathlib import Path

import pytest

SCRIPT = (Path(__file__).parents[2] / "web" / "files.js").read_text("utf-8")
SITE = "https://shop.example"
PARTS = ["entry,amount\r\n1,2\r\n", "2,3\r\n", "3,4\r\n"]


class System:
    """Hands out a list in three parts and a person in two; answers 503 first where it is told to."""

    def __init__(self, context) -> None:
        self.asked, self.busy = [], 0
        context.route(f"{SITE}/**", self.answer)

    def answer(self, route) -> None:
        address = route.request.url.removeprefix(SITE)
        if address == "/":
            links = '<a id="list" href="/list?format=csv">CSV</a><a id="own" data-parts href="/own">Mine</a>'
            page = f"<!doctype html><title>x</title>{links}<script>{SCRIPT}</script>"
            route.fulfill(body=page, content_type="text/html")
            return
        self.asked.append(address)
        if self.busy:
            self.busy -= 1
            route.fulfill(status=503, body="{}")
            return
        number = int(address.rpartition("cursor=")[2]) if "cursor=" in address else 0
        kind, name, parts = "text/csv", "list", PARTS
        if address.startswith("/own"):
            kind, name = "application/json", "own"
            parts = [json.dumps({"items": [number], "next_cursor": None}) for number in range(2)]
        headers = {"content-disposition": f'attachment; filename="{name}-incomplete.csv"'}
        if number + 1 < len(parts):
            path = address.partition("?")[0]
            headers["link"] = f'<{path}?format=csv&parts=true&cursor={number + 1}>; rel="next"'
        route.fulfill(body=parts[number], content_type=kind, headers=headers)


@pytest.fixture
def system(context) -> System:
    return System(context)


def downloaded(page, link: str) -> tuple[str, str]:
    page.goto(f"{SITE}/")
    with page.expect_download() as download:
        page.click(f"#{link}")
    return download.value.suggested_filename, Path(download.value.path()).read_bytes().decode()


def test_the_parts_of_a_list_become_one_file_under_its_own_name(page, system):
    assert downloaded(page, "list") == ("list.csv", "".join(PARTS))
    assert [address.count("parts=true") for address in system.asked] == [1, 1, 1]
    assert page.inner_text("#list") == "CSV"


def test_what_is_busy_is_asked_again(page, system):
    page.add_init_script("window.setTimeout = (done) => queueMicrotask(done)")
    system.busy = 2
    assert downloaded(page, "list") == ("list.csv", "".join(PARTS))
    assert len(system.asked) == 5


def test_the_parts_of_a_persons_data_become_one_document(page, system):
    _, text = downloaded(page, "own")
    assert json.loads(text) == {"items": [0, 1], "next_cursor": None}
