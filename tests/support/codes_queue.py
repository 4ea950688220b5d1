"""The codes queue of a test, and the function that serves it, which may be killed in between."""

import contextlib
import os
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import boto3

from functions import sync_codes
from shared.domain.members.member import Member
from shared.domain.programs.reward_fields import Discount
from shared.store import engine
from shared.store.attributions.members import put_code
from shared.store.programs import programs


def codes_queue(tables, monkeypatch) -> None:
    queue = boto3.client("sqs").create_queue(QueueName=tables.name("CodesQueue"))["QueueUrl"]
    monkeypatch.setenv("CODES_QUEUE", queue)
    monkeypatch.setenv("BASE_URL", "http://127.0.0.1:8000")
    engine.open_tables()


class Killed(BaseException):
    """The process is gone in the middle of a job."""


def work_off(kill_every: int = 0, kill_at: Iterable[int] = ()) -> int:
    """Do what waits in the codes queue until nothing does; return how often the process was killed:
    at random, or in its first runs at these writes, counted from 1.

    What a killed process had received comes again, as the queue hands it over again.
    """
    sqs, url, waiting, kills = boto3.client("sqs"), os.environ["CODES_QUEUE"], [], 0
    fixed = iter(kill_at)
    while True:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            waiting.append(message["Body"])
        if not waiting:
            return kills
        record = {"messageId": "m", "body": waiting[0], "attributes": {}}
        try:
            by_chance = random.randint(1, kill_every) if kill_every else 0
            with killing(next(fixed, by_chance)):
                answered = sync_codes.handler({"Records": [record]}, None)
        except Killed:
            kills += 1
            continue
        assert answered == {"batchItemFailures": []}
        waiting.pop(0)


class killing:
    """Ends the process at one of the next writes to the tables; with 0 at none."""

    def __init__(self, left: int) -> None:
        self.left, self.write = left, engine.write

    def __enter__(self) -> None:
        if self.left:
            engine.write = self._write

    def __exit__(self, *_: object) -> None:
        engine.write = self.write

    def _write(self, writes: list) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed
        self.write(writes)


@contextlib.contextmanager
def meanwhile(happens: Callable[[], object]) -> Iterator[None]:
    """At the next write to the tables something else happens first, from beginning to end."""
    write = engine.write

    def interrupted(writes: list) -> None:
        engine.write = write
        happens()
        engine.write(writes)

    engine.write = interrupted
    try:
        yield
    finally:
        engine.write = write


def advocates(number: int) -> list[str]:
    codes = [f"ANNA-{place:04d}" for place in range(number)]
    for at in range(0, number, 100):
        engine.write([put_code(Member(f"M{code}"), code) for code in codes[at : at + 100]])
    return codes


def take_off(discount: Discount | None) -> Discount | None:
    """Publish what the program takes off for friends; returns what it took off before."""
    item = programs.load_active_item(programs.DEFAULT)
    active = programs.active_program_of(item)
    friend = replace(active.friend, discount=discount)
    programs.publish(replace(active, friend=friend), item.version, datetime.now(UTC))
    return active.friend.discount
