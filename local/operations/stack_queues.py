"""The queues of a stack, by the names that commands use."""

from collections.abc import Mapping
from typing import NamedTuple

from local.operations.deployed_stack import CannotOperate, DeployedStack, client

QUEUE = "AWS::SQS::Queue"
DEAD_LETTERS, WORK = "DeadLetters", "Queue"
DEPTHS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class StackQueue(NamedTuple):
    """A queue. `word` is its name in commands, made from the logical id: `orders` for `OrdersQueue`
    and for `OrdersDeadLetters`.
    """

    word: str
    logical: str
    url: str

    @property
    def name(self) -> str:
        return self.url.rpartition("/")[2]


def work_queues(stack: DeployedStack) -> dict[str, StackQueue]:
    return _queues(stack, WORK)


def dead_letter_queues(stack: DeployedStack) -> dict[str, StackQueue]:
    return _queues(stack, DEAD_LETTERS)


def choose_dead_letters(stack: DeployedStack, words: list[str]) -> list[StackQueue]:
    """The dead-letter queues with these words; all if there are no words. Raises `CannotOperate`
    for an unknown word.
    """
    known = dead_letter_queues(stack)
    if unknown := [word for word in words if word not in known]:
        raise CannotOperate(
            f"there are no dead letters called {', '.join(unknown)}; choose from: "
            f"{', '.join(known)}"
        )
    return [known[word] for word in words] if words else list(known.values())


def count_messages(url: str) -> int:
    """The approximate number of messages in a queue, including hidden and delayed ones."""
    answer = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=list(DEPTHS))
    attributes: Mapping[str, str] = answer["Attributes"]
    return sum(int(attributes[name]) for name in DEPTHS)


def _queues(stack: DeployedStack, ending: str) -> dict[str, StackQueue]:
    found = {
        logical: url
        for logical, url in sorted(stack.of_kind(QUEUE).items())
        if logical.endswith(ending)
    }
    words = {logical: _word(logical.removesuffix(ending)) for logical in found}
    return {
        words[logical]: StackQueue(words[logical], logical, found[logical]) for logical in found
    }


def _word(logical: str) -> str:
    """The word for the beginning of a logical id: `MailFeedback` becomes `mail-feedback`."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in logical)[1:]
