"""Lines of a history are read, and those that cannot be are named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.backtest.history import MemberSeen, hash_email, parse_event, parse_line
from shared.domain.document import InvalidDocument
from shared.domain.instants import instant_text, parse_instant
from shared.domain.orders.facts_document import parse_order
from tests.support.programs_and_histories import START, member, order

NOT_INSTANTS = [
    "2026-W09-7T10:00:00Z",
    "2026-03-01T10:00:00",
    "2026-03-01",
    "2026-03-01T10:00+01:00",
    "20260301T100000Z",
    "",
    None,
    5,
]
PAST_THE_LAST = "9999-12-31T23:59:59Z"

CURRENCY_LIST = json.dumps(
    {
        "type": "order",
        "at": "2026-01-01T00:00:00Z",
        "order": order("1", "B", 1, 1)["order"] | {"currency": []},
    }
)


def test_members_are_read() -> None:
    assert parse_event(member("B", "A")) == MemberSeen("B", START, "A")
    assert parse_event(member("B", "A", login="bea", email="B@x.de", code="BEA-1")).code == "BEA-1"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ('{"type": "member", "id": "A"} {}', "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "must be a JSON object"),
        ('{"type": "visit", "at": "2026-01-01T00:00:00Z"}', "type: must be one of"),
        ('{"type": "member", "id": "A"}', "at: is required"),
        ('{"type": "member", "id": "A", "at": "yesterday"}', "at: write an RFC 3339 instant"),
        (
            '{"type": "member", "id": 5, "at": "2026-01-01T00:00:00Z"}',
            "id: must be text, not a number",
        ),
        (
            '{"type": "member", "id": "A", "advocat": "B", "at": "2026-01-01T00:00:00Z"}',
            "advocat: is not a known field",
        ),
        (
            '{"type": "group_assigned", "member": "A", "at": "2026-01-01T00:00:00Z"}',
            "group: is required",
        ),
        (
            '{"type": "redeemed", "member": "A", "amount": -5, "at": "2026-01-01T00:00:00Z"}',
            "amount: must be a whole number",
        ),
        ('{"type": "order", "at": "2026-01-01T00:00:00Z"}', "order: must be a JSON object"),
        (
            '{"type": "order", "at": "2026-01-01T00:00:00Z", "order": {"id": "1"}}',
            "order.status: is required",
        ),
        (CURRENCY_LIST, "order.currency: must be an ISO 4217"),
    ],
)
def test_what_cannot_be_read_is_named(line: str, reason: str) -> None:
    with pytest.raises(InvalidDocument, match=reason):
        parse_line(line)


def test_an_order_keeps_who_bought() -> None:
    document = order("1", "B", 100, 1)["order"] | {
        "customer": {"id": "B", "login": "bea", "email": " Bea@Example.com"}
    }
    read = parse_order(document, None, START, hash_email)
    assert (read.customer, read.login, read.email_hash) == (
        "B",
        "bea",
        hash_email("bea@example.com"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T10:00:00Z",
        "2026-03-01T11:00:00+01:00",
        "2026-03-01 10:00:00.000Z",
        "2026-03-01t10:00:00z",
    ],
)
def test_rfc_3339(text: str) -> None:
    assert instant_text(parse_instant(text)) == "2026-03-01T10:00:00Z"


@pytest.mark.parametrize("text", [*NOT_INSTANTS, PAST_THE_LAST])
def test_not_rfc_3339(text: object) -> None:
    with pytest.raises(ValueError, match="RFC 3339"):
        parse_instant(text)


@given(
    st.dictionaries(
        st.text(max_size=5),
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        max_size=5,
    )
)
def test_any_object_is_read_or_refused(document: dict) -> None:
    try:
        parse_line(json.dumps(document))
    except InvalidDocument as invalid:
        assert invalid.faults
