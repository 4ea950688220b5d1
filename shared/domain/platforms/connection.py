"""The connection to a store: what is set up there, and how far it is (specification:
connected-platforms).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.platforms.offer_terms import OfferTerms

SCOPES, WEBHOOKS, OFFER, CUSTOMERS, CODES = "scopes", "webhooks", "offer", "customers", "codes"
STEPS = (SCOPES, WEBHOOKS, OFFER, CUSTOMERS, CODES)
"""The steps of connecting a store, in their order."""
CONNECTING, CONNECTED, STOPPED, LEAVING = "connecting", "connected", "stopped", "leaving"


@dataclass(frozen=True, slots=True)
class Connection:
    """A connected store at a platform.

    * `storefronts`: the host names at which visitors see the store.
    * `offer`: the platform's id of the discount to which the codes belong.
    * `offer_mark`: `OfferTerms.mark` of the terms that this discount has.
    * `old_offers`: discounts that the program gave up, and that codes may still have to leave.
    * `hooks`: ids of the webhooks that we created there.
    * `done`: the steps that are finished.
    * `problem`: why work in the store has stopped until it is connected again; `None` if it has
      not.
    * `tested_at`: when staff last sent a test order.
    """

    id: str
    provider: str
    store: str
    made_at: datetime
    secret: str = ""
    storefronts: tuple[str, ...] = ()
    currency: str | None = None
    offer: str | None = None
    offer_mark: str | None = None
    old_offers: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    done: tuple[str, ...] = (SCOPES,)
    customers: int = 0
    members: int = 0
    problem: str | None = None
    leaving: bool = False
    tested_at: datetime | None = None
    revision: int = 0

    @property
    def state(self) -> str:
        if self.leaving:
            return LEAVING
        if self.problem:
            return STOPPED
        return CONNECTED if set(STEPS) <= set(self.done) else CONNECTING

    @property
    def test_order(self) -> str:
        """The id of the store's test order. It is always the same one."""
        return f"{self.provider}-test-{self.id}"

    @property
    def works(self) -> bool:
        """Whether new requests may be sent to the store."""
        return not self.leaving and self.problem is None

    @property
    def ticks(self) -> dict[str, bool]:
        """By step, whether the console shows the step's tick. Without a discount for friends the
        store has neither offer nor codes, so these two steps show none, even if their work is
        finished.
        """
        finished = {step: step in self.done for step in STEPS}
        return finished if self.offer else finished | {OFFER: False, CODES: False}

    def offers(self, terms: OfferTerms | None) -> bool:
        """Whether the store is known to have a discount with these terms. With `None`: whether it
        is known to have no discount.
        """
        return self.offer is None if terms is None else self.offer_mark == terms.mark

    def offering(self, offer: str | None, mark: str | None) -> "Connection":
        """The connection with this discount in the store. If it is another discount than before,
        the step of the codes is open again. A discount that the program gave up is kept in
        `old_offers`.
        """
        given_up = {self.offer} if self.offer and self.offer != offer else set()
        unfinished = {CODES} if offer != self.offer else set()
        return replace(
            self,
            offer=offer,
            offer_mark=mark,
            old_offers=tuple({*self.old_offers, *given_up} - {offer}),
            done=tuple(step for step in self.done if step not in unfinished),
        )

    def ticked(self, step: str) -> "Connection":
        return replace(self, done=tuple(name for name in STEPS if name in {*self.done, step}))
