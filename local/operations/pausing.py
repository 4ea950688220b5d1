"""Pauses a stack, so that nothing writes to its tables: the queues and streams are not read, and no
function runs except the one that receives webhooks. Its messages wait in their queue.

The event source mappings are disabled. A concurrency of 0 alone would not do: every delivery would
fail and count as a receive, until messages become dead letters.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.operations.deployed_stack import DeployedStack, client
from local.operations.waiting import wait_for

FUNCTION = "AWS::Lambda::Function"
MAPPING = "AWS::Lambda::EventSourceMapping"
TAKES_WEBHOOKS = "ReceiveWebhook"
RESERVED_BEFORE = "grapevine-reserved-before"
"""The tag of a paused function that holds its reserved concurrency from before the pause."""
UNRESERVED = "none"
MINUTES = 15


def pause(stack: DeployedStack, say: Callable[[str], None]) -> None:
    """Disables all event source mappings, then stops every function except the one that receives
    webhooks.

    Safe to repeat: a function that is already paused keeps its tag with the concurrency from
    before.
    """
    _switch_mappings(stack, enabled=False)
    say(f"{len(stack.of_kind(MAPPING))} consumers of queues and streams are disabled")
    paused = {
        logical: name
        for logical, name in stack.of_kind(FUNCTION).items()
        if logical != TAKES_WEBHOOKS
    }
    for name in paused.values():
        _pause_function(name)
    say(f"{len(paused)} functions rest; {TAKES_WEBHOOKS} goes on, and what it takes waits")


def resume(stack: DeployedStack, say: Callable[[str], None]) -> None:
    """Restores the concurrency of each function, then enables all mappings."""
    for name in stack.of_kind(FUNCTION).values():
        _resume_function(name)
    _switch_mappings(stack, enabled=True)
    say(f"{len(stack.of_kind(MAPPING))} consumers are enabled, and the functions run")


def mapping_states(uuids: Iterable[str]) -> dict[str, str]:
    functions = client("lambda")
    return {uuid: functions.get_event_source_mapping(UUID=uuid)["State"] for uuid in uuids}


def _switch_mappings(stack: DeployedStack, enabled: bool) -> None:
    functions, wanted = client("lambda"), "Enabled" if enabled else "Disabled"
    uuids = list(stack.of_kind(MAPPING).values())
    for uuid, state in mapping_states(uuids).items():
        if state != wanted:
            functions.update_event_source_mapping(UUID=uuid, Enabled=enabled)
    wait_for(
        f"that consumers are {wanted.lower()}",
        lambda: set(mapping_states(uuids).values()) <= {wanted},
        MINUTES,
    )


def _pause_function(name: str) -> None:
    functions = client("lambda")
    known = functions.get_function(FunctionName=name)
    if RESERVED_BEFORE not in known.get("Tags", {}):
        before = {RESERVED_BEFORE: _reserved(known)}
        functions.tag_resource(Resource=known["Configuration"]["FunctionArn"], Tags=before)
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)


def _reserved(known: Mapping[str, Any]) -> str:
    return str(known.get("Concurrency", {}).get("ReservedConcurrentExecutions", UNRESERVED))


def _resume_function(name: str) -> None:
    functions = client("lambda")
    known = functions.get_function(FunctionName=name)
    before = known.get("Tags", {}).get(RESERVED_BEFORE)
    if before is None:
        return
    if before == UNRESERVED:
        functions.delete_function_concurrency(FunctionName=name)
    else:
        functions.put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=int(before)
        )
    arn = known["Configuration"]["FunctionArn"]
    functions.untag_resource(Resource=arn, TagKeys=[RESERVED_BEFORE])
