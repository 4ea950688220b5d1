"""A test order, as a connected store would send it (specification: store-test-order)."""

from dataclasses import replace

from shared import bus
from shared.connectors.connecting import require_connection
from shared.domain.instants import instant_text
from shared.domain.money import minor_digits
from shared.domain.platforms.codes import PlatformCode
from shared.domain.staff_action import StaffAction
from shared.problem import Conflict, Unavailable
from shared.store import engine
from shared.store.attributions import platform_codes
from shared.store.attributions.links import load_program
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.connections import put_connection

EXAMPLE_MAJOR = 100
"""What the items of a test order cost, in major units of the program's currency."""
MOST_TRIED = 25


def send_test_order(connection_id: str, action: StaffAction) -> None:
    """Puts an order on the bus that names one of the store's codes, as the store spells it.

    It is marked `test`, so it is evaluated and then parked, and it pays nothing. Raises `NotFound`,
    `Conflict` and `Unavailable`.
    """
    before = require_connection(connection_id)
    code, program = _code_at(connection_id), load_program()
    moment = instant_text(action.at)
    facts = {
        "id": before.test_order,
        "code": code.spelled,
        "status": "completed",
        "placed_at": moment,
        "paid_at": moment,
        "completed_at": moment,
        "currency": program.currency,
        "items_total": EXAMPLE_MAJOR * 10 ** minor_digits(program.currency),
        "test": True,
    }
    try:
        bus.put_event(bus.ORDER_CHANGED, facts, action.at)
    except bus.BusRefused:
        raise Unavailable("bus_refused", "The event bus is busy. Try again in a moment.") from None
    after = replace(before, tested_at=action.at)
    line = put_audit_line(action, {"connection": before.id, "order": before.test_order}, None, None)
    engine.write([put_connection(after), line])


def _code_at(connection_id: str) -> PlatformCode:
    """A code that the store has. Raises `Conflict`."""
    for code in platform_codes.list_platform_codes(connection_id, MOST_TRIED):
        if code.problem is None:
            return code
    raise Conflict(
        "no_code_at_store",
        "The store has no code yet. Wait until codes are in the store, then try again.",
    )
