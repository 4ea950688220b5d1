"""A friend's offer by mail, to whoever typed an address on the claim page: sent at once, tried once, and the address is forgotten."""

import re

from shared.domain.document import LONGEST_EMAIL
from shared.mail.ses import Mail, send_mail_from_page

_ADDRESS = re.compile(r"[^\s@<>,;\"\\]+@[^\s@<>,;\"\\]+\.[^\s@<>,;\"\\.]+")


def is_address(text: str) -> bool:
    """Whether a mail could go there."""
    return (
        len(text) <= LONGEST_EMAIL and text.isprintable() and _ADDRESS.fullmatch(text) is not None
    )


def send_offer(to: str, language: str, **told: object) -> None:
    """A failure is told to nobody: the page has the code, too."""
    from shared.pages.mail import compose

    send_mail_from_page(Mail(to, *compose("offer", language, **told)), "an offer")
