"""Many advocates at each platform: in batches, after kills, and how much of it is asked."""

import json

import pytest

from functions import serve_staff, serve_webhooks
from shared.connectors import work
from shared.connectors.jobs import CODES, BringCodes, FollowProgram, SetUp, SyncCode
from shared.connectors.platforms import PLATFORMS
from shared.domain.members.member import Member
from shared.domain.money import Grant
from shared.domain.programs.reward_fields import Discount
from shared.store import engine, keys
from shared.store.attributions.members import put_code
from shared.store.attributions.platform_codes import PlatformCodeItem
from shared.store.engine import find
from shared.store.programs.connections import list_connections
from tests.support.codes_queue import (
    Killed,
    advocates,
    codes_queue,
    killing,
    meanwhile,
    take_off,
    work_off,
)
from tests.support.http_events import NOW, send
from tests.support.platforms.every_store import TriedStore, tried_store

KEY = {"scope": "staff", "key": "ak_12345678"}
ADVOCATES = 60
MOST_REQUESTS = {
    "shopify": 0.25,
    "woocommerce": 0.1,
    "stripe": 1.1,
    "bigcommerce": 1.1,
    "paddle": 1.1,
    "lemonsqueezy": 1.1,
}
"""For each advocate, where nothing is killed. One at a time is all that four of them know."""
FOUR_EUROS, FIVE_EUROS = Discount(Grant(0, 400)), Discount(Grant(0, 500))
FIXED_REQUESTS = 40
"""For looking, webhooks, the offer and the customers."""


@pytest.fixture(params=sorted(PLATFORMS))
def at(request, tables, monkeypatch):
    codes_queue(tables, monkeypatch)
    with tried_store(request.param) as tried:
        monkeypatch.setenv("PROCESSOR_APIS", json.dumps({request.param: tried.double.url}))
        yield tried


def staff(route: str, body: object = None, **path: str):
    handler = next(it.handler for it in (serve_webhooks, serve_staff) if route in it.handler.routes)
    return send(handler, route, caller=KEY, body=body, path=path or None, at=NOW)


def connect(at: TriedStore) -> str:
    form = {"provider": at.provider, "store": at.kind.store, **at.kind.secret}
    made = staff("POST /v1/connections", form)
    assert made.status == 201, made.body
    return made.body["id"]


def held(at: TriedStore, codes: list[str]) -> bool:
    return all(at.holds(code) for code in codes)


def test_each_advocate_costs_a_bounded_number_of_requests_and_leaving_takes_all_back(at):
    at.double.has_coupon(PLATFORMS[at.provider].spell("SALE"))
    codes = advocates(ADVOCATES)
    connection = connect(at)
    work_off()
    assert held(at, codes)
    seen = staff("GET /v1/connections/{id}", id=connection).body
    assert (seen["state"], seen["codes"], seen["codes_refused"]) == ("connected", ADVOCATES, 0)
    assert len(at.double.asked) <= ADVOCATES * MOST_REQUESTS[at.provider] + FIXED_REQUESTS

    staff("DELETE /v1/connections/{id}", {"reason": "Ticket 89"}, id=connection)
    work_off(kill_at=(1, 2, 3))
    assert list_connections() == []
    assert {*at.double.codes(), *getattr(at.double, "foreign", ())} == {"SALE"}
    assert (at.kind.offers(at.double), at.kind.hooks(at.double)) == (0, 0)


def test_a_process_that_is_killed_goes_on_and_makes_no_code_twice(at):
    codes = advocates(ADVOCATES)
    connect(at)
    kills = work_off(kill_at=(1, 2, 1, 2, 3, 1, 4))
    assert kills >= 3 and held(at, codes)
    extra = 1 if at.provider == "shopify" else 0  # the code that its discount begins with
    assert len(at.double.codes()) == ADVOCATES + extra
    assert at.kind.offers(at.double) <= 1


def follow(discount: Discount | None) -> None:
    """Publish another discount, and do all that follows from it."""
    take_off(discount)
    CODES.enqueue([FollowProgram(time=NOW)])
    work_off()


def test_another_discount_meets_a_page_that_is_being_written(at):
    """A queue hands two jobs to two processes: the page ends long after the discount changed."""
    codes = advocates(ADVOCATES)
    connection = connect(at)
    work_off()
    take_off(FOUR_EUROS)
    work.run(SetUp(time=NOW, connection=connection))
    with meanwhile(lambda: follow(FIVE_EUROS)):
        work.run(BringCodes(time=NOW, connection=connection))
    work_off()
    assert [at.takes_off(code, 10_000) for code in codes] == [500] * ADVOCATES
    with meanwhile(lambda: follow(FOUR_EUROS)):
        work.run(BringCodes(time=NOW, connection=connection))
    assert [at.takes_off(code, 10_000) for code in codes] == [400] * ADVOCATES


@pytest.mark.parametrize("also", [FIVE_EUROS, None])
def test_another_discount_meets_the_one_that_is_being_set_up(at, also):
    (code,) = advocates(1)
    connection = connect(at)
    work_off()
    take_off(FOUR_EUROS)
    with meanwhile(lambda: follow(also)):
        work.run(SetUp(time=NOW, connection=connection))
    work_off()
    if also:
        assert at.takes_off(code, 10_000) == 500
    assert at.holds(code) is (also is not None)
    assert at.kind.offers(at.double) <= (also is not None)


def test_an_advocate_who_is_blocked_while_the_code_is_made_has_none(at):
    connect(at)
    work_off()
    (code,) = advocates(1)
    job = SyncCode(time=NOW, code=code.replace("-", ""))

    def blocks() -> None:
        engine.write([put_code(Member(f"M{code}", blocked=True), code)])
        work.sync_codes([job])

    with meanwhile(blocks):
        work.sync_codes([job])
    assert not at.holds(code)


def test_another_discount_and_a_block_meet_one_page(at):
    """What the second attempt dropped is not noted as held with what it put."""
    connection = connect(at)
    work_off()
    gone, stays = advocates(2)
    jobs = [SyncCode(time=NOW, code=code.replace("-", "")) for code in (gone, stays)]

    def meet() -> None:
        engine.write([put_code(Member(f"M{gone}", blocked=True), gone)])
        take_off(FOUR_EUROS)
        work.run(SetUp(time=NOW, connection=connection))

    with meanwhile(meet):
        work.sync_codes(jobs)
    assert find(PlatformCodeItem, keys.platform_code(connection, gone.replace("-", ""))) is None
    work_off()
    assert (at.holds(gone), at.takes_off(stays, 10_000)) == (False, 400)


def test_a_code_of_a_process_that_was_killed_is_dropped_when_its_advocate_is_blocked(at):
    """The process ended after the store had the code, and before anybody noted that."""
    connect(at)
    work_off()
    (code,) = advocates(1)
    job = SyncCode(time=NOW, code=code.replace("-", ""))
    with pytest.raises(Killed), killing(1):
        work.sync_codes([job])
    assert at.holds(code)
    engine.write([put_code(Member(f"M{code}", blocked=True), code)])
    work.sync_codes([job])
    assert not at.holds(code)


def test_a_coupon_of_the_shops_own_stays_when_the_advocate_with_that_code_is_blocked(at):
    connect(at)
    work_off()
    spelled = PLATFORMS[at.provider].spell("ANNA-0000")
    at.double.has_coupon(spelled)
    (code,) = advocates(1)
    engine.write([put_code(Member(f"M{code}", blocked=True), code)])
    work.sync_codes([SyncCode(time=NOW, code=code.replace("-", ""))])
    assert at.holds(code)
