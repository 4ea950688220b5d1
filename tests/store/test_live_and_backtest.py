"""The live system over a true engine and a backtest of the same history agree to the cent, and the
audit finds nothing.
"""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from shared.backtest.history import parse_event
from shared.backtest.result import run_backtest
from shared.domain.document import InvalidDocument
from shared.domain.instants import instant_text
from shared.domain.ledger.entry import FORFEIT
from shared.domain.programs.program_document import parse_program
from shared.domain.staff_action import StaffAction
from shared.members import blocking, referrals
from shared.members.group_assignment import assign_group
from shared.members.profile import load_profile
from shared.members.registration import register_member
from shared.members.registration_form import parse_member_form
from shared.orders.evaluate import evaluate_order, find_order
from shared.orders.update import parse_update
from shared.store import engine
from shared.store.ledger.accounts import all_entries
from shared.store.programs import programs
from shared.store.reconciliation import verify

START = datetime(2026, 1, 1, tzinfo=UTC)
PROGRAMS = {
    "levels": {
        "credit": {
            "system": "levels",
            "levels": [{"percent": "10"}, {"fixed": 77}, {"percent": "3.33"}],
            "customer": {"percent": "5"},
        }
    },
    "recursive": {"credit": {"system": "recursive", "percent": "25"}, "base": "paid_total"},
    "rules": {
        "credit": {"system": "levels", "levels": [{"percent": "50"}, {"percent": "20"}]},
        "groups": [
            {"id": "silver", "name": "Silver", "min_volume": 9000, "levels": [{"percent": "60"}]},
            {
                "id": "staff",
                "name": "Employees",
                "assigned": True,
                "levels": [{"percent": "5"}, {"fixed": 11}],
            },
        ],
        "rules": {
            "max_per_advocate": {"amount": 9000},
            "total_payments": 3,
            "payment_minimum": 500,
            "min_bonus": 700,
            "max_bonus": 4000,
        },
        "friend": {"bonus": {"fixed": 150}},
        "hold_days": 14,
    },
}


def history(seed: int, members: int = 8, tellings: int = 35, levers: bool = False) -> list[dict]:
    """Members in a tree, then orders told again with refunds, disputes, cancellations, out of order
    and twice.
    """
    chance = random.Random(seed)
    lines, at, blocked = [], START, set()
    for number in range(members):
        at += timedelta(hours=1)
        line = {"type": "member", "id": f"M{number}", "login": f"m{number}", "at": instant_text(at)}
        if number and chance.random() < 0.85:
            line["advocate"] = f"M{chance.randrange(number)}"
        lines.append(line)
    orders: dict[str, dict] = {}
    for number in range(tellings):
        at += timedelta(hours=chance.randrange(1, 60))
        order = (
            orders[chance.choice(list(orders))]
            if orders and chance.random() < 0.55
            else new_order(chance, number, members, at)
        )
        orders[order["id"]] = changed(chance, order, at)
        told_at = at - timedelta(hours=chance.choice((0, 0, 0, 30)))
        lines.append(
            {"type": "order", "at": instant_text(told_at), "order": dict(orders[order["id"]])}
        )
        if chance.random() < 0.2:
            lines.append(lines[-1])
        if levers and chance.random() < 0.4:
            lines.append(pulled(chance, f"M{chance.randrange(members)}", at, blocked))
    return lines


def pulled(chance: random.Random, member: str, at: datetime, blocked: set[str]) -> dict:
    """One of staff's levers; a blocked member is opened again rather than blocked twice."""
    kind = chance.choice(("blocked", "blocked", "referral_ended", "group_assigned"))
    if kind == "referral_ended":
        return {"type": kind, "friend": member, "at": instant_text(at)}
    if kind == "group_assigned":
        return {
            "type": kind,
            "member": member,
            "group": chance.choice(("staff", None)),
            "at": instant_text(at),
        }
    blocked ^= {member}
    return {
        "type": "blocked" if member in blocked else "unblocked",
        "member": member,
        "at": instant_text(at),
    }


def new_order(chance: random.Random, number: int, members: int, at: datetime) -> dict:
    items = chance.choice((400, 1000, 3333, 12_345))
    return {
        "id": f"O{number}",
        "customer": {"id": f"M{chance.randrange(members)}"},
        "status": "completed",
        "placed_at": instant_text(at),
        "paid_at": instant_text(at),
        "completed_at": instant_text(at),
        "currency": "EUR",
        "items_total": items,
        "discount_total": chance.choice((0, items // 10)),
        "tax_total": chance.choice((0, 190)),
        "refunds": [],
    }


def changed(chance: random.Random, order: dict, at: datetime) -> dict:
    order = dict(order)
    what = chance.random()
    if what < 0.4:
        refund = {
            "id": f"R{len(order['refunds'])}",
            "amount": chance.randrange(1, order["items_total"] + 1),
            "at": instant_text(at),
        }
        refund["status"] = chance.choice(("succeeded", "succeeded", "failed"))
        if chance.random() < 0.4:
            refund["items_amount"] = chance.randrange(0, refund["amount"] + 1)
        order["refunds"] = [*order["refunds"], refund]
    elif what < 0.5:
        order["disputed"] = not order.get("disputed", False)
    elif what < 0.53:
        order["status"] = "cancelled"
    elif what < 0.6:
        order["items_total"] += 1000
    return order


def play(lines: list[dict]) -> None:
    """The same history, told to the live system."""
    for line in lines:
        at = datetime.fromisoformat(line["at"])
        if line["type"] == "member":
            form = {"login": line["login"]} | (
                {"referrer_login": line["advocate"].lower()} if "advocate" in line else {}
            )
            register_member(line["id"], parse_member_form(form, str), at)
        elif line["type"] != "order":
            pull(line, at)
        else:
            order_id = line["order"]["id"]
            evaluate_order(
                parse_update(line["order"], at, str, order_id=order_id, as_of=at, whole=True)
            )


def pull(line: dict, at: datetime) -> None:
    """One of staff's levers in the live system; a group that the program does not have is refused
    there.
    """
    act, kind = StaffAction("ak_012345", line["type"], at, "the history says so"), line["type"]
    if kind == "referral_ended":
        edge = load_profile(line["friend"]).member.referral
        return referrals.end_referral(edge.id, referrals.NOTHING, act) if edge else None
    if kind == "group_assigned":
        with suppress(InvalidDocument):
            assign_group(line["member"], line["group"], act)
        return None
    return (blocking.block_member if kind == "blocked" else blocking.unblock_member)(
        line["member"], act
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("terms", PROGRAMS)
def test_live_and_backtest_agree_to_the_cent(tables, terms, seed):
    engine.open_tables()
    document = {"id": "default", "name": terms, "currency": "EUR"} | PROGRAMS[terms]
    programs.publish(parse_program(document), 1, START)
    agree(document, history(seed))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("terms", PROGRAMS)
def test_they_agree_about_blocks_ended_referrals_and_groups_too(tables, terms, seed):
    engine.open_tables()
    document = {"id": "default", "name": terms, "currency": "EUR"} | PROGRAMS[terms]
    programs.publish(parse_program(document), 1, START)
    agree(document, history(100 + seed, tellings=45, levers=True))


def agree(document: dict, lines: list[dict]) -> None:
    play(lines)

    told = run_backtest(parse_program(document), map(parse_event, lines))
    live = {name: load_profile(name) for name in told["members"]}
    assert {name: found.account.balance for name, found in live.items()} == {
        name: row["balance"] for name, row in told["members"].items()
    }
    assert {name: found.account.volume for name, found in live.items()} == {
        name: row["volume"] for name, row in told["members"].items()
    }
    assert {name: forfeited(name) for name in live} == {
        name: row["forfeited"] for name, row in told["members"].items()
    }
    assert standing(lines) == sorted(
        (row["order"], row["member"], row["level"], row["code"], row["amount"])
        for row in told["rewards"]
    )
    assert verify()["differences"] == []


def forfeited(name: str) -> int:
    return -sum(entry.amount for entry in all_entries(name, "EUR") if entry.kind == FORFEIT)


def standing(lines: list[dict]) -> list[tuple]:
    """The rewards of every order as the live system has them."""
    found = []
    for order_id in sorted({line["order"]["id"] for line in lines if line["type"] == "order"}):
        rows = find_order(order_id, START).decision.posted.rewards
        found += [(order_id, row.member, row.level, row.code, row.net) for row in rows if row.net]
    return sorted(found)
