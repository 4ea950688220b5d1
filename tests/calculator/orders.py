"""Orders of a history: who bought, what is frozen, and what each is due.

Rules: `binding`, `another-buyer`, `reopened`, `terms-frozen`, `eligibility`, `posting`.
"""

from datetime import datetime
from typing import Any

from tests.calculator.books import Entry
from tests.calculator.credit import SPENT, Credit
from tests.calculator.rewards import Due, Step, Terms, after_days, chain_dues, of_reward
from tests.calculator.shop import Edge, Order, Skipped, within


class Orders(Credit):
    """A shop that evaluates its orders."""

    def leave(self, order_id: str, order: Order, now: datetime) -> None:
        """The order was somebody else's: all it posted goes back, and it is open (`another-buyer`)."""
        moment = self.moment_of(order)
        order.terms, order.dues, order.refusal = None, [], None
        if moment:
            self.post_dues(order_id, order, moment, now)
        for member, lot in list(order.dates):
            if not self.posted(order_id, member, lot[1], lot[2]):
                del order.dates[member, lot]
        made = order.edge_made
        others = [o for o in self.orders.values() if o.terms and o.terms.edge is made]
        if made and not any(o.refusal is None and self.kept_of(o) for o in others):
            made.ended = True
        order.edge_made = None

    def buyer_joins(self, told: dict[str, Any], order: Order) -> None:
        """A code binds a buyer without an advocate; for a guest that is the sign-up."""
        facts = order.facts
        buyer = facts.buyer["id"]
        member = self.member(buyer)
        member.email = member.email or facts.buyer.get("email")
        owners = [
            owner
            for code in order.codes
            for owner, person in self.members.items()
            if person.code == code and not person.blocked
        ]
        order.own_code = owners[:1] == [buyer]
        if not owners or order.terms or order.own_code or self.edge_of(buyer):
            return
        member.signed_up = member.signed_up or facts.placed_at
        try:
            self.bind(buyer, owners[0], facts.placed_at)
            order.edge_made = self.edge_of(buyer)
        except Skipped as skipped:
            self.skipped[str(skipped)] += 1

    def evaluate(self, order_id: str, order: Order, now: datetime) -> None:
        """Post what is due less what was posted."""
        moment = self.moment_of(order)
        if moment is None:
            return
        if order.terms is None:
            order.terms = self.freeze(order_id, order, moment)
        order.dues = self.dues(order_id, order, moment)
        self.post_dues(order_id, order, moment, now)

    def post_dues(self, order_id: str, order: Order, moment: datetime, now: datetime) -> None:
        """For each beneficiary, named by the dues or posted before: due less posted (`posting`)."""
        named = [(due.member, due.level, due.code) for due in order.dues]
        posted = {
            (e.member, *e.lot[1:])
            for e in self.entries
            if e.order == order_id and e.lot[2] != SPENT
        }
        gone = [Due(*key, 0) for key in sorted(posted.difference(named))]
        for due in [*order.dues, *gone]:
            self.settle(order_id, order, due, moment, now)

    def freeze(self, order_id: str, order: Order, moment: datetime) -> Terms:
        shop, buyer = self, order.facts.buyer["id"]
        order.limited = shop.limited(moment)
        chain = [
            Step(
                advocate,
                shop.group(advocate),
                shop.members[advocate].blocked,
                shop.room(advocate) if order.limited else None,
            )
            for advocate in shop.advocates_above(buyer) or ([buyer] if order.own_code else [])
        ]
        blocked = shop.members[buyer].blocked
        edge = shop.edge_of(buyer)
        own_code = "self_referral" if order.own_code else None
        refusal = self.refusal_for_good(order, edge) if edge else own_code
        return Terms(buyer, blocked, edge, chain, shop.payments(buyer), refusal)

    def dues(self, order_id: str, order: Order, moment: datetime) -> list[Due]:
        terms, kept = order.terms, self.kept_of(order)
        assert terms is not None
        inactive = not within(self.program.get("active") or {}, moment)
        own = self.program["credit"].get("customer")
        dues = []
        if own and terms.buyer_blocked:
            dues.append(Due(terms.buyer, 0, "customer", 0, "blocked"))
        elif own:
            dues.append(
                self.to_buyer(
                    terms, "customer", own, kept, "program_not_active" if inactive else None
                )
            )
        if not terms.chain:
            order.refusal = "no_referral"
            return [*dues, Due(None, None, "referral", 0, "no_referral")]
        order.refusal = self.refusal(order, terms, moment, kept, inactive)
        rooms = [
            self.room(step.member, order_id) if order.limited else None for step in terms.chain
        ]
        both = (kept, self.whole_of(order))
        dues += chain_dues(self.program, terms, both, order.refusal, rooms)
        return dues + self.bonus(order, terms, kept)

    def bonus(self, order: Order, terms: Terms, kept: int) -> list[Due]:
        bonus = self.program["friend"].get("bonus")
        if not bonus or terms.buyer_blocked or (bonus.get("once") and terms.number):
            return []
        amount = 0 if order.refusal else of_reward(bonus, kept)
        return [Due(terms.buyer, 0, "friend_bonus", amount)]

    def to_buyer(
        self, terms: Terms, code: str, reward: dict[str, Any], kept: int, refusal: str | None
    ) -> Due:
        """The buyer's own reward: bounded by nothing."""
        amount = 0 if refusal else of_reward(reward, kept)
        return Due(terms.buyer, 0, code, amount, refusal or (None if kept else "nothing_kept"))

    def refusal_for_good(self, order: Order, edge: Edge) -> str | None:
        """A refusal that nothing told later lifts."""
        buyer, advocate = self.members[edge.friend], self.members[edge.advocate]
        if buyer.email and advocate.email and buyer.email.lower() == advocate.email.lower():
            return "self_referral"
        only_new = self.program["friend"]["new_customers_only"]
        if only_new and self.bought_before(edge.friend, order, edge.at):
            return "existing_customer"
        return None

    def refusal(
        self, order: Order, terms: Terms, moment: datetime, kept: int, inactive: bool
    ) -> str | None:
        """The first rule that refuses the whole chain."""
        rules = self.program["rules"]
        if inactive or terms.refusal:
            return "program_not_active" if inactive else terms.refusal
        if after_days(rules, self.members[terms.buyer].signed_up, moment):
            return "after_total_days"
        if rules.get("payment_minimum") is not None and kept < rules["payment_minimum"]:
            return "below_payment_minimum"
        if rules.get("total_payments") is not None and terms.number >= rules["total_payments"]:
            return "after_total_payments"
        return None

    def settle(
        self, order_id: str, order: Order, due: Due, moment: datetime, now: datetime
    ) -> None:
        if due.member is None or due.level is None:
            return
        code = due.code
        posted = self.posted(order_id, due.member, due.level, code)
        difference = order.standing(due) - posted
        lot = (order_id, due.level, code)
        lapsed, stood = self.lapsed(due.member, lot)
        if lapsed:
            standing = order.standing(due)
            difference = max(standing, min(stood, standing + lapsed)) - posted
        if difference:
            kind = "reward" if difference > 0 else "clawback"
            if (due.member, lot) not in order.dates:
                on = self.available_on(moment, now)
                order.dates[due.member, lot] = (on, self.expires_at(on))
            on, expires = order.dates[due.member, lot]
            self.post(Entry(now, due.member, kind, difference, lot, on, expires))
