"""Where an advocate can share the invitation: addresses that open another service with the message
written already. Nothing of these services is loaded into our pages.
"""

from typing import NamedTuple
from urllib.parse import quote


class ShareTarget(NamedTuple):
    """A service and the pattern of its address, with `{text}` for the message and `{link}` for the
    invitation. `key` is its name in templates; `web/rewards.js` fills the pattern again when the
    message is edited.
    """

    key: str
    pattern: str


SHARE_TARGETS = (
    ShareTarget("whatsapp", "https://wa.me/?text={text}%20{link}"),
    ShareTarget("sms", "sms:?&body={text}%20{link}"),
    ShareTarget("telegram", "https://t.me/share/url?url={link}&text={text}"),
    ShareTarget("x", "https://x.com/intent/post?text={text}&url={link}"),
    ShareTarget("facebook", "https://www.facebook.com/sharer/sharer.php?u={link}"),
    ShareTarget("email", "mailto:?subject={subject}&body={text}%0A{link}"),
)
"""The `&` before `body` is what iOS reads; Android reads the `?`."""


class ShareLink(NamedTuple):
    """A target with its address for one message, and the pattern in which only `{text}` is open."""

    key: str
    address: str
    pattern: str


def share_links(message: str, link: str, subject: str) -> list[ShareLink]:
    links = []
    for target in SHARE_TARGETS:
        pattern = target.pattern.replace("{link}", quote(link, safe=""))
        pattern = pattern.replace("{subject}", quote(subject, safe=""))
        address = pattern.replace("{text}", quote(message, safe=""))
        links.append(ShareLink(target.key, address, pattern))
    return links
