"""GET /v1/audit: who changed what, when and why."""

import pytest

from functions import serve_membership, serve_programs, serve_staff
from tests.support.http_events import NOW, SHOP, send
from tests.support.shop import PLAIN, Shop

KEY = {"scope": "staff", "key": "ak_012345"}
GROUPS = [{"id": "staff", "name": "Employees", "assigned": True, "levels": [{"fixed": 500}]}]


@pytest.fixture
def shop(tables):
    shop = Shop(**PLAIN, groups=GROUPS)
    shop.member("Anna")
    return shop


def audit(**query):
    return send(serve_staff.handler, "GET /v1/audit", caller=KEY, query=query).body


def put_group(group, caller=KEY, at=NOW):
    route = "PUT /v1/members/{id}/group"
    return send(
        serve_membership.handler,
        route,
        path={"id": "Anna"},
        body={"group": group},
        caller=caller,
        at=at,
    )


def test_a_change_is_told_with_who_what_before_and_after(shop):
    put_group("staff")
    assert audit()["items"] == [
        {
            "at": "2026-03-01T10:00:00Z",
            "who": "ak_012345",
            "what": "group",
            "subject": {"member": "Anna"},
            "before": {"group": None},
            "after": {"group": "staff"},
            "reason": None,
        }
    ]


def test_what_changes_nothing_is_not_told(shop):
    put_group("staff")
    put_group("staff")
    put_group("nowhere")
    assert len(audit()["items"]) == 1


def test_a_caller_without_a_key_is_told_by_scope(shop):
    put_group("staff", caller={"scope": "staff"})
    assert audit()["items"][0]["who"] == "staff"


def test_the_newest_comes_first_in_pages(shop):
    for number in range(5):
        put_group("staff" if number % 2 == 0 else None, at=NOW.replace(minute=number))
    seen, cursor = [], {}
    while True:
        page = audit(limit="2", **cursor)
        seen += [line["at"][14:16] for line in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == ["04", "03", "02", "01", "00"]


def test_published_terms_are_told_and_refused_ones_are_not(shop):
    program = {"id": "default", "name": "Next", "currency": "EUR", **PLAIN}
    for _ in range(2):
        publish = {"path": {"id": "default"}, "headers": {"if-match": "2"}}
        send(
            serve_programs.handler,
            "POST /v1/programs/{id}/versions",
            caller=KEY,
            body=program,
            **publish,
        )
        send(
            serve_programs.handler, "POST /v1/programs", caller=KEY, body=program | {"id": "other"}
        )
    told = [
        (line["what"], line["subject"], line["before"], line["after"]) for line in audit()["items"]
    ]
    assert sorted(told, key=str) == [
        ("program_created", {"program": "other"}, None, {"version": 1}),
        ("program_published", {"program": "default"}, {"version": 2}, {"version": 3}),
    ]


def test_the_shop_cannot_read_it():
    from shared.api.access import opens

    assert not opens(SHOP["scope"], "GET /v1/audit")
