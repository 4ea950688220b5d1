"""Dead letters put back to the queues that gave up on them. What is handled again changes nothing
that was done already.
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
"""Its letters name records of a stream, which are read from there and from nowhere else."""


def redrive(
    name: str, words: list[str], say: Callable[[str], None], dry_run: bool = False, most: int = 1000
) -> int:
    """Puts back up to `most` letters of each queue of dead letters that is named, or of all.

    Returns 1 where letters are left that have no way back. Raises `NoStack`, `CannotOperate`.
    """
    if STREAM in words:
        raise CannotOperate(
            "letters of the stream have no way back: they name records, which are gone after a"
            " day; balances are right, and receivers catch up from GET /v1/members/{id}/entries"
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
    """How many letters were looked at and have no way back."""
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
    """The queue that gives up on its messages there; None for those of the bus and of schedules."""
    for found in queues:
        answer = client("sqs").get_queue_attributes(
            QueueUrl=found.url, AttributeNames=["RedrivePolicy"]
        )
        policy = json.loads(answer.get("Attributes", {}).get("RedrivePolicy", "{}"))
        if policy.get("deadLetterTargetArn", "").rpartition(":")[2] == letters.name:
            return found.url
    return None


def _way_back(origin: str | None, by_name: dict[str, str], message: Message) -> str | None:
    """The bus says on each letter which queue it could not reach."""
    target = (message.target or "").rpartition(":")[2]
    return by_name.get(target) or origin
