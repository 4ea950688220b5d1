"""A shop without HTTP: calls what the functions call, over the engine of the tests."""

from datetime import UTC, datetime, timedelta

from shared.domain.instants import instant_text
from shared.domain.programs.program_document import parse_program
from shared.members.profile import load_profile
from shared.members.registration import register_member
from shared.members.registration_form import parse_member_form
from shared.orders.evaluate import Evaluation, evaluate_order, find_order
from shared.orders.update import parse_update
from shared.store import engine
from shared.store.attributions.links import keep_click
from shared.store.programs import programs

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLAIN = {"credit": {"system": "levels", "levels": [{"percent": "10"}]}}


def hash_email(email: str) -> str:
    return f"hash-of-{email.lower()}"


class Shop:
    """`at` is the shop's clock: what has no time of its own happens then."""

    def __init__(self, **terms):
        engine.open_tables()
        self.at = NOON
        self.publish(**(terms or PLAIN))

    def publish(self, **terms) -> None:
        program = parse_program({"id": "default", "name": "Test", "currency": "EUR"} | terms)
        programs.publish(program, programs.load_active_item("default").version, self.at)

    def later(self, **time) -> None:
        self.at += timedelta(**time)

    def member(self, member_id: str, /, **form):
        return register_member(
            member_id, parse_member_form({"login": member_id.lower()} | form, hash_email), self.at
        )

    def click(self, token: str, code: str) -> None:
        keep_click(token, code, self.at)

    def order(self, name: str, /, items: int = 10_000, keep: bool = True, **facts) -> Evaluation:
        """Evaluate the whole order as the shop's server puts it, by default completed."""
        document = {"status": "completed", "currency": "EUR", "items_total": items} | facts
        update = parse_update(document, self.at, hash_email, order_id=name, whole=True)
        return evaluate_order(update, dry_run=not keep)

    def news(self, as_of: datetime | None = None, **facts) -> Evaluation:
        """Evaluate an update with some facts of an order, as it comes from the bus."""
        return evaluate_order(parse_update(facts, self.at, hash_email, as_of=as_of or self.at))

    def rewards(self, name: str) -> dict:
        """The rewards of an order by member, in minor units, without those of 0."""
        return {
            reward.member: reward.net
            for reward in find_order(name, self.at).decision.posted.rewards
            if reward.net
        }

    def refusals(self, name: str) -> list[str]:
        return [refusal.code for refusal in find_order(name, self.at).decision.outcome.refusals]

    def balance(self, name: str) -> int:
        return load_profile(name).account.balance

    def volume(self, name: str) -> int:
        return load_profile(name).account.volume

    def now(self) -> str:
        return instant_text(self.at)
