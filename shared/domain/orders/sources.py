"""Who tells an order fact, and whose word goes before whose (specification: who-may-say)."""

from enum import IntEnum


class Source(IntEnum):
    """A teller of order facts; a higher one is never overruled by a lower one.

    `SHOPPER` stands for words that a buyer's browser can write. They are heard for the evidence
    alone, so no update is told by it: a translator of webhooks drops everything else.
    """

    SHOPPER = 0
    PROCESSOR = 1
    SHOP = 2
    STAFF = 3
