"""The functions die again and again while a month is closed and mailed: one statement each, told and mailed once, and a run that adds up.

`GRAPEVINE_MEMBERS=10000 GRAPEVINE_KILLS=20` is the long form of it.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import batched

import boto3
import pytest

from local.cloud.template import REGION, read_template
from shared.domain.evaluation.reasons import adjustment_reason
from shared.domain.ledger.entry import ADJUSTMENT
from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.store.attributions.members import put_member
from shared.store.engine import Write
from shared.store.ledger.accounts import put_account, put_entry
from tests.support.running_cloud import TEMPLATE, RunningCloud, request, wait_until
from tests.support.seed import SEED

MEMBERS, KILLS = (
    int(os.environ.get("GRAPEVINE_MEMBERS", 300)),
    int(os.environ.get("GRAPEVINE_KILLS", 3)),
)
JANUARY, NIGHT = datetime(2026, 1, 15, tzinfo=UTC), "2026-02-01T04:00:00Z"
ITEMS_A_BATCH = 25
LONGEST_PAUSE_SECONDS = max(0.6, MEMBERS / 2_000)
"""Between two deaths, so that some fall into the mailing."""
LONGEST_SECONDS = 1_200


@pytest.fixture(scope="module")
def amounts() -> dict[str, list[int]]:
    """What each member was given in January; every fifth nothing at all."""
    chance = random.Random(SEED)
    return {
        f"M{number}": [chance.randrange(1, 900) for _ in range(number % 5)]
        for number in range(MEMBERS)
    }


@pytest.fixture(scope="module")
def running(
    own_engine: str, tmp_path_factory: pytest.TempPathFactory, amounts: dict
) -> Iterator[RunningCloud]:
    """Its ledger is filled past the functions, as fast as the engine takes it."""
    cloud = RunningCloud(tmp_path_factory.mktemp("settlement")).start("--dynamodb", own_engine)
    try:
        fill(own_engine, amounts)
        cloud.clock(NIGHT)
        yield cloud
    finally:
        cloud.stop()


def fill(url: str, amounts: dict[str, list[int]]) -> None:
    template = read_template(TEMPLATE)
    client = boto3.client(
        "dynamodb",
        endpoint_url=url,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        region_name=REGION,
    )
    people = [
        put_member(
            Member(
                name, login=name.lower(), email=address(name), registered=True, signed_up_at=JANUARY
            )
        )
        for name in amounts
    ]
    for logical, writes in (
        ("AttributionsTable", people),
        ("LedgerTable", [write for name, given in amounts.items() for write in books(name, given)]),
    ):
        for some in batched(writes, ITEMS_A_BATCH, strict=False):
            puts = [{"PutRequest": {"Item": write.item.serialize()}} for write in some]
            client.batch_write_item(RequestItems={template.name(logical): puts})


def address(name: str) -> str:
    return f"{name.lower()}@example.com"


def books(name: str, given: list[int]) -> list[Write]:
    account, entries = Account(name, "EUR"), []
    for amount in given:
        account, entry = account.post(
            ADJUSTMENT, amount, JANUARY, JANUARY, None, adjustment_reason(amount)
        )
        entries.append(put_entry(entry, None))
    return [*entries, put_account(account)]


@pytest.fixture(scope="module")
def run(running: RunningCloud) -> dict:
    """The month's run after the functions were killed while it was under way or mailed, and after all that was left was done."""
    chance, killed = random.Random(SEED), 0
    fire(running)
    deadline = time.monotonic() + LONGEST_SECONDS
    while killed < KILLS and not over(running):
        moment = time.monotonic() + chance.uniform(0, LONGEST_PAUSE_SECONDS)
        wait_until(lambda moment=moment: time.monotonic() > moment)
        gone = running.kill("functions")
        wait_until(lambda gone=gone: running.local["processes"]["functions"] not in (gone, None))
        killed += 1
        assert time.monotonic() < deadline
    wait_until(lambda: over(running), LONGEST_SECONDS, 0.5)
    assert set(patient(running, "/_local/drain")["dead_letters"].values()) == {0}
    print(f"killed {killed} times")
    assert killed > 0
    return seen(running)


def fire(cloud: RunningCloud) -> None:
    assert cloud.post("/_local/schedule/SettleMonth", {"time": NIGHT}).status == 200


def patient(cloud: RunningCloud, path: str) -> dict:
    """What takes long where members are many."""
    headers = {"authorization": f"Bearer {cloud.local['staff_key']}"}
    return request(cloud.base_url + path, "POST", {}, headers, LONGEST_SECONDS).json


def seen(cloud: RunningCloud) -> dict:
    """The run as staff sees it; nothing yet while it is not begun, or while nobody is there to answer."""
    answer = cloud.get("/v1/settlements/2026-01", cloud.local["staff_key"])
    return answer.json if answer.status == 200 else {"state": None}


def over(cloud: RunningCloud) -> bool:
    """Whether every statement is issued and mailed."""
    run = seen(cloud)
    return run["state"] == "closed" and run["mails"]["sent"] >= run["statements"]


def test_the_run_adds_up(run, amounts):
    given = sum(sum(rows) for rows in amounts.values())
    assert run["members"] == {
        "planned": MEMBERS,
        "done": MEMBERS,
        "idle": MEMBERS // 5 + bool(MEMBERS % 5),
        "failed": 0,
    }
    assert (run["statements"], run["difference"], run["failures"]) == (
        MEMBERS - run["members"]["idle"],
        0,
        [],
    )
    assert (run["sums"][0]["adjusted"], run["sums"][0]["closing"]) == (given, given)


def test_each_member_has_one_statement_and_is_told_of_once(running, run, amounts):
    told = [event["detail"] for event in running.bus() if event["detail-type"] == "StatementIssued"]
    issued = {detail["member"]: detail["closing"] for detail in told}
    assert issued == {name: sum(given) for name, given in amounts.items() if given}
    assert len({detail["id"] for detail in told}) == len(issued)


def test_each_member_has_one_mail(running, run, amounts):
    assert run["mails"] == {"sent": run["statements"]}
    caught = request(running.base_url + "/_local/mail", seconds=LONGEST_SECONDS).json["items"]
    assert Counter(mail["to"][0] for mail in caught) == {
        address(name): 1 for name, given in amounts.items() if given
    }


def test_the_books_agree_and_another_night_changes_nothing(running, run):
    assert patient(running, "/v1/verify")["differences"] == []
    fire(running)
    patient(running, "/_local/drain")
    assert seen(running) == run
    assert (
        Counter(event["detail-type"] for event in running.bus())["StatementIssued"]
        >= run["statements"]
    )
