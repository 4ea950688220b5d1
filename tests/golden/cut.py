"""Cuts the golden files of a release: `python -m tests.golden.cut`, run once, when the release is
cut.

It writes a file for each golden item, event and message into the release's folder. A golden file is
never written again: what is stored and on its way is as it was written. A release that changes any
of it brings values and a folder of its own (docs/upgrading.md).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.bus import SOURCE
from shared.domain.instants import instant_text
from shared.jobs.job import Job, JobQueue
from shared.mail.requests import MailRequest
from shared.outgoing.events import build_events
from shared.store.items import Item
from shared.store.stream_records import StreamRecord
from tests.golden.v0_2_0.items import ITEMS
from tests.golden.v0_2_0.messages import (
    ATTEMPT,
    CONTEXT,
    EVENTS,
    JOBS,
    MAIL_REQUEST,
    NEXT_PAGES,
    ORDER_CHANGED,
)
from tests.golden.v0_2_0.moments import LATER

FOLDER = Path(__file__).parent / "0.2.0"


def stored(item: Item) -> dict[str, Any]:
    """The attributes of an item as JSON, in DynamoDB's types."""
    return json.loads(json.dumps(item.serialize()))


def bus_event(kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    """An event as the bus hands it to a queue."""
    return {
        "source": SOURCE,
        "detail-type": kind,
        "time": instant_text(LATER),
        "detail": dict(detail),
    }


def event_of(kind: str, record: StreamRecord[Any]) -> dict[str, Any]:
    """The event of one kind that a write means."""
    (event,) = [event for event in build_events(record, CONTEXT) if event.kind == kind]
    return bus_event(kind, event.detail)


def job_message(queue: JobQueue[Any], job: Job) -> dict[str, Any]:
    return json.loads(json.dumps(queue._message(job)))


def mail_message(request: MailRequest) -> dict[str, Any]:
    return request._asdict() | {"at": instant_text(request.at)}


def documents() -> dict[str, dict[str, Any]]:
    """Every golden document of this release, by its path in the release's folder."""
    items = {f"items/{name}": stored(case.write(case.value)) for name, case in ITEMS.items()}
    events = {f"events/{kind}": event_of(kind, record) for kind, record in EVENTS.items()}
    jobs = {f"messages/{name}": job_message(*case) for name, case in JOBS.items()}
    return {
        **items,
        **events,
        "events/OrderChanged": bus_event("OrderChanged", ORDER_CHANGED),
        **{f"events/{kind}": bus_event(kind, detail) for kind, detail in NEXT_PAGES.items()},
        **jobs,
        "messages/mail": mail_message(MAIL_REQUEST),
        "messages/webhook_attempt": dict(ATTEMPT),
    }


def load(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def cut() -> list[str]:
    """Write the files that are not there yet, and return their names."""
    made = []
    for name, document in documents().items():
        path = FOLDER / f"{name}.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)
            path.write_text(text + "\n", "utf-8")
            made.append(name)
    return made


if __name__ == "__main__":
    print("\n".join(cut()) or "every golden file is there already")
