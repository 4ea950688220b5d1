"""Streams of the tables in the running system: what is written is published as events."""

from dataclasses import replace

import boto3
import pytest

from local.cloud.resource_reader import read_resources
from local.cloud.stream_reader import StreamReader
from local.cloud.template import TemplateError, read_template
from tests.support.running_cloud import TEMPLATE, RunningCloud, wait_until

OUTGOING = (
    "RewardPosted",
    "RewardRefused",
    "GroupChanged",
    "ReferralMade",
    "ReferralEnded",
    "CreditHeld",
)


def published(cloud: RunningCloud, order: str | None = None) -> list[dict]:
    events = [event for event in cloud.bus() if event["detail-type"] in OUTGOING]
    return [event for event in events if order is None or event["detail"].get("order") == order]


def friends(cloud: RunningCloud) -> None:
    key = cloud.local["secret_key"]
    cloud.put("/v1/members/A", {"login": "anna"}, key)
    cloud.put("/v1/members/B", {"login": "bert", "referrer_login": "anna"}, key)


def buys(cloud: RunningCloud, order: str) -> None:
    body = {
        "customer": {"id": "B"},
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
    }
    assert cloud.put(f"/v1/orders/{order}", body, cloud.local["secret_key"]).status == 200


def test_after_a_drain_the_events_are_public(grapevine: RunningCloud):
    friends(grapevine)
    buys(grapevine, "O1")
    grapevine.drain()
    (event,) = published(grapevine, "O1")
    assert (event["detail-type"], event["source"], event["detail"]["member"]) == (
        "RewardPosted",
        "grapevine",
        "A",
    )
    assert [
        event["detail"]["friend"]
        for event in published(grapevine)
        if event["detail-type"] == "ReferralMade"
    ] == ["B"]


def test_an_event_without_its_own_time_has_the_time_of_the_write_even_if_the_clock_moves_on(
    grapevine: RunningCloud,
):
    grapevine.clock("2026-03-01T10:00:00Z")
    key = grapevine.local["secret_key"]
    grapevine.put("/v1/members/N", {"login": "nobodys-friend"}, key)
    body = {
        "customer": {"id": "N"},
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
    }
    grapevine.put("/v1/orders/O2", body, key)
    grapevine.clock("2026-05-01T10:00:00Z")
    grapevine.drain()
    (event,) = published(grapevine, "O2")
    assert (event["detail-type"], event["time"]) == ("RewardRefused", "2026-03-01T10:00:00Z")
    grapevine.clock(None)


def test_nothing_is_lost_where_the_functions_are_killed_while_they_tell(grapevine: RunningCloud):
    friends(grapevine)
    names = [f"K{number}" for number in range(20)]
    for number, name in enumerate(names):
        buys(grapevine, name)
        if number % 5 == 4:
            gone = grapevine.kill("functions")
            wait_until(lambda gone=gone: grapevine.local["processes"]["functions"] != gone)
    grapevine.drain()
    ids = {
        event["detail"]["order"]: set()
        for event in published(grapevine)
        if event["detail"].get("order") in names
    }
    for event in published(grapevine):
        if event["detail"].get("order") in names:
            ids[event["detail"]["order"]].add(event["detail"]["id"])
    assert {name: len(found) for name, found in ids.items()} == dict.fromkeys(names, 1)


@pytest.fixture
def restarting(tmp_path):
    cloud = RunningCloud(tmp_path / "data").start()
    yield cloud
    cloud.stop()


def test_what_was_written_right_before_a_stop_is_told_after_the_next_start_and_once(
    restarting: RunningCloud,
):
    friends(restarting)
    buys(restarting, "O1")
    assert restarting.stop() == 0
    restarting.start()
    restarting.drain()
    assert len(published(restarting, "O1")) == 1
    buys(restarting, "O2")
    restarting.drain()
    assert (len(published(restarting, "O1")), len(published(restarting, "O2"))) == (1, 1)


def test_what_was_written_right_before_the_supervisor_was_killed_is_told_after_the_next_start(
    restarting: RunningCloud,
):
    friends(restarting)
    restarting.drain()
    buys(restarting, "O1")
    restarting.process.kill()
    restarting.process.wait()
    restarting.process.stdout.close()
    restarting.start()
    restarting.drain()
    assert len({event["detail"]["id"] for event in published(restarting, "O1")}) == 1


def test_an_engine_that_was_killed_is_followed_again(restarting: RunningCloud):
    friends(restarting)
    for number in range(5):
        buys(restarting, f"O{number}")
    restarting.drain()
    gone = restarting.kill("engine")
    wait_until(lambda: restarting.local["processes"]["engine"] != gone)
    wait_until(
        lambda: (
            restarting.put(
                "/v1/members/A", {"login": "anna"}, restarting.local["secret_key"]
            ).status
            == 200
        )
    )
    friends(restarting)
    buys(restarting, "P1")
    wait_until(lambda: published(restarting, "P1"))
    restarting.drain()
    assert len(published(restarting, "P1")) == 1


def test_what_is_remembered_of_an_engine_that_is_gone_hides_nothing_from_a_drain(tables, engine):
    reader = StreamReader(engine, tables.name("LedgerTable"))
    assert reader.read({}) == []
    boto3.client("dynamodb").put_item(
        TableName=tables.name("LedgerTable"), Item={"pk": {"S": "one"}, "sk": {"S": "1"}}
    )
    reader._connection.sock.close()
    assert len(reader.read({})) == 1
    reader._shards = replace(
        reader._shards, iterators={"a shard of before": "an iterator of before"}
    )
    assert len(reader.read({})) == 1


def test_an_engine_without_streams_is_refused_in_words(tmp_path, streamless):
    cloud = RunningCloud(tmp_path / "data")
    with pytest.raises(AssertionError):
        cloud.start("--dynamodb", streamless)
    assert "streams" in (tmp_path / "data.log").read_text()
    cloud.process.stdout.close()
    assert cloud.process.wait(120) != 0


def test_a_stream_from_another_place_than_its_start_is_refused_by_name():
    template = read_template(TEMPLATE)
    events = template.document["Resources"]["PublishEvents"]["Properties"]["Events"]
    events["LedgerWritten"]["Properties"]["StartingPosition"] = "LATEST"
    with pytest.raises(TemplateError, match=r"PublishEvents.LedgerWritten starts at LATEST"):
        read_resources(template)
