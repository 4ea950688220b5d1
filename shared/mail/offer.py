"""A friend's offer by mail, to whoever typed an address on the claim page: sent at once, tried once, and the address is forgotten."""

import re

from shared.mail.sending import Mail, send_from_page

LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[^\s@<>,;\"\\]+@[^\s@<>,;\"\\]+\.[^\s@<>,;\"\\.]+")


def is_address(text: str) -> bool:
    """Whether a mail could go there."""
    return (
        len(text) <= LONGEST_ADDRESS and text.isprintable() and _ADDRESS.fullmatch(text) is not None
    )


def send_offer(to: str, language: str, **told: object) -> None:
    """A failure is told to nobody: the page has the code, too."""
    from shared.pages.mail import compose

    send_from_page(Mail(to, *compose("offer", language, **told)), "an offer")
