"""Credit that is spent, given back and expires: the live system and a backtest agree to the cent."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from shared.backtest.history import parse_event
from shared.backtest.result import run_backtest
from shared.domain.instants import instant_text
from shared.domain.ledger.entry import CAPTURE, CLAWBACK, EXPIRY, RETURN, REWARD
from shared.domain.ledger.holds import HoldRefused
from shared.domain.ledger.owner import Owner
from shared.domain.programs.program_document import parse_program
from shared.jobs.expiry import expire_account
from shared.members.profile import load_profile
from shared.members.registration import register_member
from shared.members.registration_form import parse_member_form
from shared.orders.evaluate import evaluate_order
from shared.orders.update import parse_update
from shared.store import engine
from shared.store.ledger.accounts import all_entries
from shared.store.programs import programs
from shared.store.reconciliation import verify
from shared.wallet.holds import Checkout, capture_hold, hold_credit

START = datetime(2026, 3, 1, 10, tzinfo=UTC)
MEMBERS = ("M0", "M1", "M2", "M3")
CREDIT = {
    "system": "levels",
    "levels": [{"percent": "10"}, {"percent": "5"}],
    "customer": {"percent": "5"},
}
PROGRAMS = {
    "expires soon": {"wallet": {"expires_after_days": 9}},
    "expires after a hold": {"wallet": {"expires_after_days": 5}, "hold_days": 7},
    "expires in another zone": {
        "wallet": {"expires_after_days": 7},
        "time_zone": "America/New_York",
        "friend": {"bonus": {"fixed": 150}},
    },
    "pays a half": {"wallet": {"max_percent_of_order": "50", "credit_reduces_base": False}},
}
FIGURES = {
    "earned": REWARD,
    "clawed_back": CLAWBACK,
    "redeemed": CAPTURE,
    "returned": RETURN,
    "expired": EXPIRY,
}


def history(seed: int, lines: int = 60) -> list[dict]:
    chance, at = random.Random(seed), START
    told = [
        {"type": "member", "id": name, "login": name.lower(), "at": instant_text(at)}
        | ({"advocate": MEMBERS[number - 1]} if number else {})
        for number, name in enumerate(MEMBERS)
    ]
    orders: list[dict] = []
    for _ in range(lines):
        at += timedelta(hours=chance.randrange(1, 40))
        if orders and chance.random() < 0.25:
            spent = chance.choice(orders[-3:])
            amount, member = chance.randrange(1, 900), chance.choice(MEMBERS)
            told.append(
                {"type": "redeemed", "member": member, "amount": amount, "order": spent["id"]}
            )
        else:
            orders.append(_changed(chance, orders, at))
            told.append({"type": "order", "order": orders[-1]})
        told[-1]["at"] = instant_text(at)
    return told


def _changed(chance: random.Random, orders: list[dict], at: datetime) -> dict:
    """A new order, or one of the last with something new about it."""
    if not orders or chance.random() < 0.45:
        return {
            "id": f"O{len(orders)}",
            "customer": {"id": chance.choice(MEMBERS)},
            "status": "completed",
            "completed_at": instant_text(at),
            "placed_at": instant_text(at),
            "currency": "EUR",
            "items_total": chance.choice((1_000, 5_000, 12_345)),
            "credit_used": chance.choice((0, 0, 300)),
            "refunds": [],
        }
    order = dict(chance.choice(orders[-6:]))
    name, amount = f"R{chance.randrange(3)}", chance.randrange(1, order["items_total"] + 1)
    refund = {
        "id": name,
        "amount": chance.choice((amount, order["items_total"])),
        "credit": chance.choice((None, None, 0, 200, 900)),
        "status": chance.choice(("succeeded", "succeeded", "failed")),
        "at": instant_text(at),
    }
    others = [other for other in order["refunds"] if other["id"] != name]
    if chance.random() < 0.1:
        return order | {"status": "cancelled"}
    return order | {"refunds": [*others, refund]}


def play(lines: list[dict], program) -> None:
    for line in lines:
        at = datetime.fromisoformat(line["at"])
        for name in MEMBERS:
            expire_account(Owner(name, "EUR"), program, at)
        if line["type"] == "member":
            form = {"login": line["login"]}
            if "advocate" in line:
                form["referrer_login"] = line["advocate"].lower()
            register_member(line["id"], parse_member_form(form, str), at)
        elif line["type"] == "redeemed":
            _redeem(line, at)
        else:
            name = line["order"]["id"]
            update = parse_update(line["order"], at, str, order_id=name, as_of=at, whole=True)
            evaluate_order(update)


def _redeem(line: dict, at: datetime) -> None:
    try:
        hold = hold_credit(Checkout(line["member"], line["order"], line["amount"]), at)
        capture_hold(hold.id, None, at)
    except HoldRefused:
        pass


def figures_of(member: str) -> dict[str, int]:
    sums = dict.fromkeys(FIGURES, 0)
    for entry in all_entries(member, "EUR"):
        for figure, kind in FIGURES.items():
            if entry.kind == kind:
                sums[figure] += entry.amount
    minus = ("clawed_back", "redeemed", "expired")
    return {name: -amount if name in minus else amount for name, amount in sums.items()}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("terms", PROGRAMS)
def test_they_agree_about_credit_too(tables, terms, seed):
    engine.open_tables()
    document = {"id": "default", "name": terms, "currency": "EUR", "credit": CREDIT}
    document |= {"friend": {"new_customers_only": False}} | PROGRAMS[terms]
    program = parse_program(document)
    programs.publish(program, 1, START)
    lines = history(seed)
    play(lines, program)
    told = run_backtest(program, map(parse_event, lines))
    for name, row in told["members"].items():
        assert (name, figures_of(name)) == (name, {figure: row[figure] for figure in FIGURES})
        assert load_profile(name).account.balance == row["balance"]
    assert verify()["differences"] == []
