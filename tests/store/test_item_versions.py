"""An item of a newer release is refused by name, wherever it is met, and nothing is written over
it.
"""

import pytest

from shared.problem import refusal_of
from shared.store import engine, items, keys
from shared.store.attributions import request_counts
from shared.store.attributions.links import CodeItem
from shared.store.attributions.members import PointerItem
from shared.store.connection import connection
from shared.store.engine import Add, Check, Delete, Write, WriteConflict
from shared.store.filtered_scan import ScanFilter, scan_filtered
from shared.store.items import ABSENT, UnreadableItem
from shared.store.ledger.holds import OrderCreditItem
from shared.store.programs.mails import MailCountItem
from shared.store.reading import Reading
from shared.store.stream_records import stream_record_of

KEY = keys.code("ANNA-7K2Q")


@pytest.fixture
def table(tables):
    engine.open_tables()


def store(item, version="2"):
    """Store an item as another release would, of another version or (`None`) of none."""
    raw = item.serialize()
    if version is None:
        del raw["v"]
    else:
        raw["v"] = {"N": version}
    connection().dispatch("PutItem", {"TableName": item.Meta.table_name, "Item": raw})


def stored(item):
    key = {"pk": {"S": item.pk}, "sk": {"S": item.sk}}
    answer = connection().dispatch(
        "GetItem", {"TableName": item.Meta.table_name, "Key": key, "ConsistentRead": True}
    )
    return answer.get("Item")


def code(**fields):
    return CodeItem(*KEY, member="Anna", **fields)


READS = {
    "a read": lambda: engine.find(CodeItem, KEY),
    "the reading of a decision": lambda: Reading().item(CodeItem, KEY),
    "a query": lambda: list(CodeItem.query(KEY.pk)),
    "a scan": lambda: scan_filtered(CodeItem, ScanFilter("CODE#", {}), lambda item: item, 5, ""),
}


@pytest.mark.parametrize("version", ["2", "17", None])
@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_it_is_not_read(table, read, version):
    store(code(), version)
    with pytest.raises(UnreadableItem):
        read()


def test_the_refusal_names_the_item_its_version_and_what_to_do(table):
    store(code())
    with pytest.raises(UnreadableItem) as refused:
        engine.find(CodeItem, KEY)
    text = str(refused.value)
    assert "CODE#ANNA7K2Q CODE" in text and CodeItem.Meta.table_name in text
    assert "version 2" in text and "CodeItem up to version 1" in text
    assert text.endswith("Deploy the release that wrote it, or a newer one.")
    store(code(), None)
    with pytest.raises(UnreadableItem, match=r"no version: it was written before release 0\.2\.0"):
        engine.find(CodeItem, KEY)


def test_the_log_names_the_item_and_repeats_no_login(table, monkeypatch):
    lines = []
    monkeypatch.setattr(items.logger, "error", lambda text, extra: lines.append((text, extra)))
    for item in (code(), PointerItem(*keys.login("anna-login"), member="Anna")):
        store(item)
        with pytest.raises(UnreadableItem):
            engine.find(type(item), item.key)
    assert lines == [
        ("unreadable item", {"item": name, "version": 2, "known_version": 1})
        for name in ("CODE#ANNA7K2Q CODE", "LOGIN#…")
    ]


WRITES = {
    "put": [Write(code(first_name="Anna"))],
    "put under a condition that holds": [Write(code(), CodeItem.member == "Anna")],
    "delete": [Delete(code())],
    "check a condition that holds": [Check(code(), CodeItem.member == "Anna")],
}


@pytest.mark.parametrize("writes", WRITES.values(), ids=WRITES)
def test_it_is_not_written_over(table, writes):
    store(code())
    before = stored(code())
    with pytest.raises(UnreadableItem, match="CODE#ANNA7K2Q"):
        engine.write([Write(OrderCreditItem("SPENT#1", "SPENT", revision=1)), *writes])
    assert stored(code()) == before
    assert engine.find(OrderCreditItem, keys.Key("SPENT#1", "SPENT")) is None


def test_what_is_put_once_meets_it_as_any_other(table):
    store(code())
    before = stored(code())
    with pytest.raises(WriteConflict):
        engine.write([Write(code(), ABSENT)])
    assert stored(code()) == before


def test_nothing_is_added_to_it(table):
    count = MailCountItem(*keys.mail_count("2026-03", "sent", 1), mails=3)
    store(count)
    with pytest.raises(UnreadableItem, match="MAILCOUNT#2026-03"):
        engine.write([Add(count, action=MailCountItem.mails.add(1))])
    asked = request_counts.RequestCountItem(
        *keys.request_count("mail", "x", 1), times=1, expires_at=2
    )
    store(asked)
    with pytest.raises(UnreadableItem, match="ASKED#mail#x"):
        request_counts.count("mail", "x", 1, 60)
    assert (stored(count)["mails"], stored(asked)["times"]) == ({"N": "3"}, {"N": "1"})


def test_a_count_that_began_with_an_addition_has_a_version_too(table):
    count = MailCountItem(*keys.mail_count("2026-03", "sent", 1))
    engine.write([Add(count, action=MailCountItem.mails.add(1))])
    engine.write([Add(count, action=MailCountItem.mails.add(1))])
    assert engine.find(MailCountItem, count.key).mails == 2
    assert (request_counts.count("mail", "x", 1, 60), request_counts.count("mail", "x", 1, 60)) == (
        1,
        2,
    )


def test_a_stream_does_not_tell_half_of_it():
    image = {
        "pk": {"S": "MEMBER#Anna"},
        "sk": {"S": "MEMBER"},
        "registered": {"BOOL": True},
        "v": {"N": "2"},
    }
    record = {
        "Keys": {"pk": image["pk"], "sk": image["sk"]},
        "NewImage": image,
        "ApproximateCreationDateTime": 1772359200,
    }
    with pytest.raises(UnreadableItem):
        stream_record_of({"dynamodb": record})


def test_a_caller_may_come_again_once_the_newer_release_is_deployed():
    problem = refusal_of(UnreadableItem(CodeItem, KEY, 2))
    assert (type(problem).__name__, problem.code) == ("Unavailable", "unavailable")


def test_an_item_that_was_read_is_written_in_this_releases_version(table, monkeypatch):
    engine.write([Write(code())])
    monkeypatch.setattr(CodeItem, "VERSION", 2)
    item = engine.find(CodeItem, KEY)
    assert item.v == 1
    engine.write([Write(item, CodeItem.member == "Anna")])
    assert engine.find(CodeItem, KEY).v == 2


def test_what_is_as_by_default_is_not_stored(table):
    engine.write([Write(code(blocked=False))])
    assert set(stored(code())) == {"pk", "sk", "v", "member"}
    assert engine.find(CodeItem, KEY).blocked is False
