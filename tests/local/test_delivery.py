"""From the bus to a function: rules, queues, redelivery, dead letters."""

import threading

from tests.support.running_cloud import RunningCloud, wait_until


def deliveries(cloud: RunningCloud, key: str) -> int:
    """Return how often the handler of the message has counted it."""
    items = cloud.get(f"/counted/{key}")
    return int(items.json) if items.status == 200 else 0


def test_an_event_carries_the_time_it_was_given(cloud: RunningCloud):
    cloud.post("/publish", {"details": [{"id": "timed"}], "time": "2026-01-15T12:00:00+01:00"})
    cloud.drain()
    assert cloud.get("/stored/timed").body == b"2026-01-15T11:00:00Z"


def test_an_event_that_was_given_no_time_has_the_local_clocks(cloud: RunningCloud):
    cloud.clock("2026-02-01T00:00:00Z")
    cloud.post("/publish", {"details": [{"id": "untimed"}]})
    cloud.drain()
    cloud.clock(None)
    assert cloud.get("/stored/untimed").body == b"2026-02-01T00:00:00Z"


def test_only_what_the_rule_matches_reaches_the_queue(cloud: RunningCloud):
    cloud.post("/publish", {"details": [{"id": "other-type"}], "type": "SomethingElse"})
    cloud.post("/publish", {"details": [{"id": "refused-by-pattern", "ignored": True}]})
    cloud.drain()
    assert deliveries(cloud, "other-type") == deliveries(cloud, "refused-by-pattern") == 0
    assert {"other-type", "refused-by-pattern"} <= {
        event["detail"].get("id") for event in cloud.bus()
    }


def test_a_partial_failure_redelivers_that_message_alone_and_buries_it_after_three(
    cloud: RunningCloud,
):
    buried = cloud.drain()["dead_letters"]["ThingsDead"]
    good = [{"id": f"good-{number}"} for number in range(9)]
    cloud.post("/publish", {"details": [*good, {"id": "bad", "fails": True}]})
    assert cloud.drain()["dead_letters"]["ThingsDead"] == buried + 1
    assert deliveries(cloud, "bad") == 3
    assert [deliveries(cloud, detail["id"]) for detail in good] == [1] * 9


def test_dead_letters_are_looked_at_and_put_back_to_where_they_failed(cloud: RunningCloud):
    cloud.post(
        "/publish", {"details": [{"id": f"lost-{number}", "fails": True} for number in range(4)]}
    )
    buried = cloud.drain()["dead_letters"]["ThingsDead"]
    counts = cloud.post("/put-back", {"most": buried - 1}).json
    assert counts == {"seen": min(buried, 10), "moved": buried - 1, "waiting": 1}
    assert cloud.drain()["dead_letters"]["ThingsDead"] == buried
    assert sum(deliveries(cloud, f"lost-{number}") for number in range(4)) >= 3 * 4 + 3 * (4 - 1)


def test_a_handler_that_raises_fails_its_whole_batch(cloud: RunningCloud):
    buried = cloud.drain()["dead_letters"]["ThingsDead"]
    cloud.post("/publish", {"details": [{"id": "raiser", "raises": True}]})
    assert cloud.drain()["dead_letters"]["ThingsDead"] == buried + 1
    assert deliveries(cloud, "raiser") == 3


def test_a_malformed_entry_is_refused_alone(cloud: RunningCloud):
    assert cloud.post("/publish", {"details": [{"id": "fine"}, ["no object"]]}).json == 1
    cloud.drain()
    assert deliveries(cloud, "fine") == 1


def test_messages_cut_by_kill_9_come_back_and_are_not_blamed(cloud: RunningCloud):
    """Four kills exceed the three receives after which a message is buried."""
    buried = cloud.drain()["dead_letters"]["ThingsDead"]
    details = [{"id": f"cut-{number}", "seconds": 0.05} for number in range(30)]
    for start in range(0, 30, 10):
        cloud.post("/publish", {"details": details[start : start + 10]})
    for _ in range(4):
        gone = cloud.kill("functions")
        wait_until(lambda gone=gone: cloud.local["processes"]["functions"] != gone)
    assert cloud.drain()["dead_letters"]["ThingsDead"] == buried
    assert min(deliveries(cloud, detail["id"]) for detail in details) >= 1


def test_drain_waits_for_what_is_in_flight(cloud: RunningCloud):
    cloud.post("/publish", {"details": [{"id": "slow-one", "seconds": 0.5}]})
    answers = []
    waiting = [threading.Thread(target=lambda: answers.append(cloud.drain())) for _ in range(3)]
    for thread in waiting:
        thread.start()
    for thread in waiting:
        thread.join()
    assert [answer["idle"] for answer in answers] == [True] * 3
    assert deliveries(cloud, "slow-one") == 1
