"""Moves dead letters back to the queues that gave up on them. A message that was already handled
changes nothing when it is handled again.
"""

import json
from collections.abc import Callable, Iterable
from functools import partial

from local.operations.deployed_stack import CannotOperate, client, load_stack, refusals
from local.operations.stack_queues import (
    StackQueue,
    choose_dead_letters,
    count_messages,
    work_queues,
)
from shared import queue
from shared.queue import Message

STREAM = "stream"
"""The word for dead letters of stream records. They only name records, so they cannot go back to a
queue.
"""


def redrive(
    name: str, words: list[str], say: Callable[[str], None], dry_run: bool = False, most: int = 1000
) -> int:
    """Moves up to `most` letters of each named dead-letter queue back; of all if `words` is empty.

    Returns 1 if some letters could not be moved back, otherwise 0. Raises `NoStack` or
    `CannotOperate`.
    """
    if STREAM in words:
        raise CannotOperate(
            "dead letters of the stream cannot be moved back: they name records that are gone "
            "after a day. Balances are right, and receivers catch up from GET "
            "/v1/members/{id}/entries"
        )
    stack = load_stack(name)
    with refusals(f"the dead letters of stack {name}"):
        queues = list(work_queues(stack).values())
        chosen = [
            letters for letters in choose_dead_letters(stack, words) if letters.word != STREAM
        ]
        left = [_redrive(letters, queues, say, dry_run, most) for letters in chosen]
    return 1 if any(left) else 0


def _redrive(
    letters: StackQueue,
    queues: list[StackQueue],
    say: Callable[[str], None],
    dry_run: bool,
    most: int,
) -> int:
    """Moves the letters of one queue; returns how many could not be moved."""
    waiting = count_messages(letters.url)
    if dry_run or not waiting:
        say(f"{letters.word}: {waiting} {'would go back' if waiting else 'dead letters'}")
        return 0
    by_name = {found.name: found.url for found in queues}
    way_back = partial(_way_back, _find_origin(letters, queues), by_name)
    looked_at = min(waiting, most)
    moved = queue.move(letters.url, way_back, looked_at)
    left = looked_at - moved
    say(f"{letters.word}: {moved} went back" + (f", {left} have no way back" if left else ""))
    return left


def _find_origin(letters: StackQueue, queues: Iterable[StackQueue]) -> str | None:
    """The URL of the queue whose dead letters are here; None for those of the bus and of schedules."""
    for found in queues:
        answer = client("sqs").get_queue_attributes(
            QueueUrl=found.url, AttributeNames=["RedrivePolicy"]
        )
        policy = json.loads(answer.get("Attributes", {}).get("RedrivePolicy", "{}"))
        if policy.get("deadLetterTargetArn", "").rpartition(":")[2] == letters.name:
            return found.url
    return None


def _way_back(origin: str | None, by_name: dict[str, str], message: Message) -> str | None:
    """The URL of the queue for a letter: the one that the bus could not reach, if the letter names
    it, otherwise `origin`.
    """
    target = (message.target or "").rpartition(":")[2]
    return by_name.get(target) or origin
