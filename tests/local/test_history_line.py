"""The quick reading of a line says exactly what the full reading says: the same event, or the same faults."""

import json

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from local.cli import history_line
from local.cli.history_line import QuickCustomer, QuickDispute, QuickOrder, QuickRefund, read_line
from shared.backtest.history import HistoryEvent, parse_line
from shared.domain.document import InvalidDocument
from shared.domain.orders.facts_document import CUSTOMER, DISPUTE, ORDER, REFUND
from shared.domain.record import Record
from shared.domain.shape import Definitions
from tests.support.programs_and_histories import day, member, order, refund
from tests.support.strategies import facts

TEXTS = [
    "",
    "x",
    "ü",
    "\ud800",
    "\ufffd",
    "\x7f",
    "\u200b",
    "a\\b",
    "x" * 128,
    "x" * 129,
    "é" * 254,
    "x" * 257,
    "EUR",
    "XXX",
    "paid",
]
NUMBERS = [0, -1, 1.0, 1e3, 999_999_999_999, 10**12, 10**30]
OBJECTS = [
    [],
    {},
    [{}],
    {"id": "I"},
    {"id": "I", "name": ""},
    {"id": "", "login": "x"},
    {"login": "i"},
    {"email": " I@X.de"},
]
REFUNDS = [
    [refund(5)],
    [refund(5), refund(6)],
    [refund(5), refund(5, 2, "re_2", "failed")],
    [refund(5) | {"at": None}],
]
DAYS = st.sampled_from(
    [
        "2026-03-01",
        "2026-02-30",
        "0000-01-01",
        "0001-01-01",
        "1969-12-31",
        "1970-01-01",
        "2200-12-31",
        "2201-01-01",
        "9999-12-31",
        "20260301",
    ]
)
TIMES = st.sampled_from(
    ["10:00:00", "23:59:59", "24:00:00", "10:00:60", "10:00", "100000", "00:00:01"]
)
FRACTIONS = st.sampled_from(
    ["", ".", ".5", ".000", ".123", ",5", ".123456", ".1234567", ".9999999", ".000000000"]
)
OFFSETS = st.sampled_from(
    [
        "Z",
        "z",
        "",
        "+00:00",
        "-00:00",
        "+0000",
        "+01:00",
        "-23:59",
        "+24:00",
        "+01",
        "+01:00:30",
        " Z",
    ]
)
instants = st.tuples(DAYS, st.sampled_from("Tt _"), TIMES, FRACTIONS, OFFSETS).map("".join)
odd = st.sampled_from([None, True, False, *TEXTS, *NUMBERS, *OBJECTS, *REFUNDS]) | instants
orders = st.sampled_from(
    [
        *order("1", "B", 1, 1)["order"],
        "refunds",
        "refunded_total",
        "refunds_complete",
        "disputes",
        "other_total",
        "code",
        "fx_rate",
        "test",
        "as_of",
        "extra",
    ]
)
lines = st.sampled_from(
    ["type", "id", "at", "advocate", "email", "login", "code", "order", "extra"]
)


def read_either_way(line: bytes) -> None:
    """Compare the two readings of one line."""
    assert _told(read_line, line) == _told(parse_line, line)


def _told(read, line: bytes) -> HistoryEvent | str:
    try:
        return read(line)
    except InvalidDocument as invalid:
        return str(invalid)


def line_of(event: dict) -> bytes:
    return json.dumps(event).encode() + b"\n"


@given(facts(), st.dictionaries(orders, odd, max_size=2), st.dictionaries(lines, odd, max_size=1))
def test_orders(document: dict, changes: dict, around: dict) -> None:
    read_either_way(line_of({"type": "order", "at": day(9), "order": document | changes} | around))


@given(st.dictionaries(lines, odd, max_size=2))
def test_members(changes: dict) -> None:
    read_either_way(line_of(member("B", "A") | changes))


@given(instants, instants)
@example("2026-03-01T10:00:00.9999999Z", "2026-03-01t10:00:00z")
def test_instants(at: str, paid_at: str) -> None:
    read_either_way(
        line_of(
            {
                "type": "order",
                "at": at,
                "order": order("1", "B", 5, 1)["order"] | {"paid_at": paid_at},
            }
        )
    )
    read_either_way(line_of(member("B") | {"at": paid_at}))


@given(st.binary(max_size=8), st.integers(0, 200))
def test_broken_bytes(piece: bytes, place: int) -> None:
    line = line_of(order("1", "B", 5, 1))
    read_either_way(line[:place] + piece + line[place + len(piece) :])


@pytest.mark.parametrize(
    "customer", [{"id": "I"}, {"email": "i@example.com"}, {"id": "Zoë", "login": "zoe"}, None]
)
def test_what_most_shops_send_needs_no_full_reading(
    customer: dict | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(history_line, "parse_line")
    told = order(
        "1",
        "I",
        10_000,
        1,
        refunds=[refund(500)],
        code="ANNA-7K2Q",
        fx_rate=None,
        refunded_total=None,
    )
    assert read_line(
        line_of(told | {"order": told["order"] | {"customer": customer}})
    ).order.refunds
    assert (
        read_line(line_of(member("I", "F", email="i@example.com", code="INES-7K2Q"))).advocate
        == "F"
    )


LIMITS = ("enum", "minimum", "maximum", "minLength", "maxLength", "maxItems")
RARE = {
    QuickOrder: {
        *("totals_rank", "credit_in_totals", "codes", "refs", "hint", "payment_fingerprint"),
        *("as_of", "provider", "schema_version", "kept", "captured_total", "fx_currency"),
        "daily_rate",
    },
    QuickRefund: {"currency", "reason"},
    QuickDispute: {"currency", "reason"},
    QuickCustomer: {"email_hash", "name"},
}
"""Declared fields that the quick reading leaves to the full one."""
CHECKED_OTHERWISE = {
    "currency",
    "fx_rate",
    "customer",
    "at",
    "placed_at",
    "paid_at",
    "completed_at",
}


@pytest.mark.parametrize(
    ("quick", "record"),
    [
        (QuickOrder, ORDER),
        (QuickRefund, REFUND),
        (QuickDispute, DISPUTE),
        (QuickCustomer, CUSTOMER),
    ],
)
def test_the_quick_reading_knows_every_declared_field_and_its_limits(
    quick: type[msgspec.Struct], record: Record
) -> None:
    """A field that is new in the declaration is read here, or named as rare."""
    names = {field.name for field in msgspec.structs.fields(quick)}
    assert names | RARE[quick] == record.names
    assert names.isdisjoint(RARE[quick])
    _, definitions = msgspec.json.schema_components([quick])
    quickly = definitions[quick.__name__]["properties"]
    declared = record.schema(Definitions("#/"))["properties"]
    for name in names - CHECKED_OTHERWISE:
        assert limits(quickly[name]) == limits(declared[name]), name


def limits(schema: dict) -> dict:
    """What a schema allows; that of a value that may be null, too."""
    either = next((part for part in schema.get("anyOf", ()) if part != {"type": "null"}), schema)
    found = {name: either[name] for name in LIMITS if name in either}
    if "enum" in found:
        found["enum"] = sorted(option for option in found["enum"] if option is not None)
    return found
