"""Histories at random: a shop that sells, refunds, loses and wins disputes, and tells it in any order."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.calculator.invented_programs import maybe

PEOPLE = ("ada", "bob", "cyd", "dan", "eve", "fay")
START = datetime(2026, 3, 1, tzinfo=UTC)
RATES = {"USD": ("0.92", "1.1"), "JPY": ("0.0061",), "KWD": ("2.98",), "EUR": ("1.08", "160.5")}

Document = dict[str, Any]


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class InventedOrder:
    """One order of the shop; each `step` is something that happens to it, told or not."""

    def __init__(
        self, random: Random, order_id: str, program: Document, placed_at: datetime
    ) -> None:
        self.random = random
        self.at = placed_at
        self.refunds_made = 0
        self.currency = program["currency"]
        items = random.choice((10000, 5000, 6000, 12345, 999, 20000))
        self.facts: Document = {
            "id": order_id,
            "customer": {"id": random.choice(PEOPLE)},
            "code": maybe(random, 0.2, f"CODE-{random.choice(PEOPLE)}".upper()),
            "status": random.choice(("placed", "paid", "completed", "completed")),
            "placed_at": written(placed_at),
            "currency": program["currency"],
            "items_total": items,
            "discount_total": maybe(random, 0.3, items // 5) or 0,
            "tax_total": maybe(random, 0.3, items // 6) or 0,
            "shipping_total": maybe(random, 0.3, 490) or 0,
            "other_total": maybe(random, 0.25, 1500) or 0,
            "credit_used": maybe(random, 0.25, random.choice((500, 1000, items))) or 0,
            "test": random.random() < 0.03,
        }
        if random.random() < 0.15:
            self.abroad()
        self.times()

    def abroad(self) -> None:
        own = self.random.choice([c for c in RATES if c != self.currency])
        self.facts["currency"] = own
        self.facts["fx_rate"] = maybe(self.random, 0.8, self.random.choice(RATES[own]))

    def times(self) -> None:
        status = self.facts["status"]
        if status in ("paid", "completed") and "paid_at" not in self.facts:
            self.facts["paid_at"] = written(self.at + timedelta(minutes=5))
        if status == "completed" and "completed_at" not in self.facts:
            self.facts["completed_at"] = written(self.at + timedelta(minutes=9))

    def step(self) -> None:
        """Something happens, some time later."""
        random = self.random
        self.at += timedelta(
            hours=random.choice((1, 5, 30, 100, 400)), minutes=random.randint(11, 50)
        )
        happens = (
            self.refund, self.refund, self.refund_changes, self.dispute, self.dispute_changes,
            self.pay, self.pay, self.cancel, self.edit, self.whole_dispute, self.sum_alone,
            self.clue, self.earlier,
        )  # fmt: skip
        random.choice(happens)()
        self.times()

    def refund(self) -> None:
        refunds = self.facts.get("refunds", [])
        self.refunds_made += 1
        amount = self.random.choice((100, 2500, 5000, 9999, self.facts["items_total"]))
        items = maybe(self.random, 0.35, self.random.choice((0, amount // 2, amount)))
        credit = maybe(self.random, 0.3, self.random.choice((0, 300, 1000)))
        self.facts["refunds"] = [
            *refunds,
            {
                "id": f"re{self.refunds_made}",
                "amount": amount,
                "items_amount": items,
                "credit": credit,
                "at": written(self.at),
                "status": self.random.choice(("succeeded", "succeeded", "pending")),
            },
        ]

    def refund_changes(self) -> None:
        refunds = [dict(refund) for refund in self.facts.get("refunds", [])]
        if refunds and self.random.random() < 0.3:
            refunds.pop(self.random.randrange(len(refunds)))
            self.facts["refunds_complete"] = self.random.random() < 0.7
        elif refunds:
            self.random.choice(refunds)["status"] = self.random.choice(("failed", "succeeded"))
        self.facts["refunds"] = refunds

    def dispute(self) -> None:
        disputes = self.facts.get("disputes", [])
        amount = self.random.choice((None, 1000, 3000, self.facts["items_total"]))
        row = {
            "id": f"dp{len(disputes)}",
            "amount": amount,
            "status": "open",
            "at": written(self.at),
        }
        self.facts["disputes"] = [*disputes, row]

    def dispute_changes(self) -> None:
        disputes = [dict(dispute) for dispute in self.facts.get("disputes", [])]
        if disputes:
            status = self.random.choice(("won", "lost", "cancelled", "open"))
            self.random.choice(disputes).update(status=status, at=written(self.at))
        self.facts["disputes"] = disputes

    def whole_dispute(self) -> None:
        self.facts["disputed"] = not self.facts.get("disputed", False)

    def pay(self) -> None:
        self.facts["status"] = self.random.choice(("paid", "completed", "completed"))

    def cancel(self) -> None:
        if self.random.random() < 0.7:
            self.facts["status"] = "cancelled"

    def edit(self) -> None:
        self.facts["items_total"] = self.random.choice((8000, 4000, 15000))
        self.facts["discount_total"] = 0
        if self.facts["currency"] != self.currency:
            self.facts["fx_rate"] = self.random.choice(RATES[self.facts["currency"]])

    def sum_alone(self) -> None:
        self.facts["refunded_total"] = self.random.choice((1000, 2500, 6000))

    def clue(self) -> None:
        """Somebody else bought, or a code is told late."""
        if self.random.random() < 0.4:
            self.facts["customer"] = {"id": self.random.choice(PEOPLE)}
        else:
            self.facts["code"] = f"CODE-{self.random.choice(PEOPLE)}".upper()

    def earlier(self) -> None:
        """It was paid or completed earlier than was told."""
        for field in ("paid_at", "completed_at"):
            if field in self.facts and self.random.random() < 0.5:
                self.facts[field] = self.facts["placed_at"]

    def line(self) -> Document:
        return {"type": "order", "at": written(self.at), "order": dict(self.facts)}


def lines_of_orders(random: Random, program: Document) -> list[Document]:
    lines = []
    for number in range(random.randint(1, 6)):
        placed_at = START + timedelta(hours=random.randint(0, 1400), minutes=random.randint(0, 59))
        order = InventedOrder(random, str(1000 + number), program, placed_at)
        order.at += timedelta(minutes=10)
        lines.append(order.line())
        for _ in range(random.choice((0, 0, 1, 2, 4))):
            order.step()
            lines.append(order.line())
    return lines


def lines_of_people(random: Random) -> list[Document]:
    lines = []
    for place, person in enumerate(PEOPLE):
        if random.random() < 0.1:
            continue
        at = START + timedelta(hours=random.choice((-900, -100, 50, 300)), minutes=place)
        line: Document = {"type": "member", "id": person, "at": written(at)}
        if random.random() < 0.75:
            line["advocate"] = random.choice(PEOPLE[:place] or PEOPLE)
        if random.random() < 0.3:
            line["code"] = f"CODE-{person}".upper()
        if random.random() < 0.15:
            line["email"] = random.choice(("Ada@example.com", "ada@example.com", "x@example.com"))
        lines.append(line)
    return lines


def line_of_staff(random: Random) -> Document:
    at = written(START + timedelta(hours=random.randint(0, 2200), minutes=random.randint(0, 59)))
    member = random.choice(PEOPLE)
    order = str(1000 + random.randint(0, 5))
    amount = random.choice((10, 100, 400, 700))
    told = {"items_total": random.choice((300, 2000))} if random.random() < 0.4 else {}
    return random.choice(
        (
            {"type": "referral_ended", "friend": member, "at": at},
            {
                "type": "group_assigned",
                "member": member,
                "group": random.choice(("staff", None)),
                "at": at,
            },
            {"type": "blocked", "member": member, "at": at},
            {"type": "unblocked", "member": member, "at": at},
            {"type": "member", "id": member, "advocate": random.choice(PEOPLE), "at": at},
            *[
                {
                    "type": "redeemed",
                    "member": member,
                    "amount": amount,
                    "order": order,
                    "at": at,
                    **told,
                }
            ]
            * 5,
        )
    )


def history(random: Random, program: Document) -> list[Document]:
    """In order of time, but for orders: some are told late, some twice.

    Where credit expires none is late: what has expired depends on which time has come.
    """
    lines = [*lines_of_people(random), *lines_of_orders(random, program)]
    lines += [line_of_staff(random) for _ in range(random.choice((0, 2, 5, 9)))]
    lines.sort(key=lambda line: line["at"])
    late = random.randint(0, 3) if program["wallet"]["expires_after_days"] is None else 0
    for _ in range(late):
        place = random.choice([n for n, line in enumerate(lines) if line["type"] == "order"])
        lines.insert(random.randint(place, len(lines) - 1), lines.pop(place))
    if random.random() < 0.2:
        place = random.randrange(len(lines))
        lines.insert(place, lines[place])
    return lines
