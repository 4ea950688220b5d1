"""The senders of order facts and their precedence (specification: who-may-say)."""

from enum import IntEnum


class Source(IntEnum):
    """The sender of an order fact. A lower source never overrides a higher one.

    `SHOPPER` means text that the buyer's browser can write. It may only supply evidence of a
    recommendation, so no update has this source: the webhook translators drop everything else.
    """

    SHOPPER = 0
    PROCESSOR = 1
    SHOP = 2
    STAFF = 3
