"""Threads that ask the tables at the same moment ask together, and each has what it asked for."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.store import engine, keys
from shared.store.engine import Write
from shared.store.programs.parked import ParkedPlaceItem
from shared.store.reading import MergedReads

NAMES = [f"P{number}" for number in range(40)]


@pytest.fixture
def requests(tables):
    """How many requests for items were sent."""
    engine.open_tables()
    engine.write([Write(ParkedPlaceItem(*keys.parked(name), place=name)) for name in NAMES])
    sent = []

    def count(model, **_):
        if model.name == "BatchGetItem":
            sent.append(threading.get_ident())

    events = engine.connection().client.meta.events
    events.register("before-call.dynamodb", count)
    yield sent
    events.unregister("before-call.dynamodb", count)


def read_at_once(merged: MergedReads, names: list[str]) -> list[str]:
    together = threading.Barrier(len(names))

    def ask(name: str) -> str:
        together.wait()
        return (
            merged.read([(ParkedPlaceItem, keys.parked(name))])
            .get(ParkedPlaceItem, keys.parked(name))
            .place
        )

    with ThreadPoolExecutor(len(names)) as threads:
        return list(threads.map(ask, names))


def test_everybody_has_their_own_and_most_came_together(requests):
    assert read_at_once(MergedReads(), NAMES) == NAMES
    assert 0 < len(requests) < len(NAMES) / 2


def test_one_that_asks_alone_is_not_made_to_wait(requests):
    assert read_at_once(MergedReads(), NAMES[:1]) == NAMES[:1]
    assert len(requests) == 1


def test_what_one_asks_wrongly_is_not_the_others_fault(requests):
    merged, together = MergedReads(), threading.Barrier(12)

    def ask(name: str) -> object:
        together.wait()
        return merged.read([(ParkedPlaceItem, keys.Key(name, "PARKED"))])

    names = ["", *(keys.parked(name).pk for name in NAMES[:11])]
    with ThreadPoolExecutor(len(names)) as threads:
        asked = [threads.submit(ask, name) for name in names]

    assert [bool(answer.exception()) for answer in asked] == [True] + [False] * 11
    assert all(answer.result().of(ParkedPlaceItem) for answer in asked[1:])


def test_who_asks_in_the_middle_of_asking_is_answered(requests):
    merged, found = MergedReads(), []

    def ask_too(model, **_):
        if model.name == "BatchGetItem" and not found:
            found.append({})
            found.append(merged.read([(ParkedPlaceItem, keys.parked(NAMES[1]))]))

    events = engine.connection().client.meta.events
    events.register("before-call.dynamodb", ask_too)
    try:
        merged.read([(ParkedPlaceItem, keys.parked(NAMES[0]))])
    finally:
        events.unregister("before-call.dynamodb", ask_too)
    assert found[1].get(ParkedPlaceItem, keys.parked(NAMES[1])).place == NAMES[1]
