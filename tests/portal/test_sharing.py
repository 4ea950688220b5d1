"""Addresses that open another service with the message and the link of an advocate."""

from urllib.parse import parse_qs, urlsplit

import pytest

from shared.portal.sharing import SHARE_TARGETS, share_links

MESSAGE, LINK, SUBJECT = "Tee & Kekse? {link} 100 %", "https://go.example/c/ANNA-7K2Q", "Tom & Co"
WRITTEN = {
    "whatsapp": {"text": f"{MESSAGE} {LINK}"},
    "sms": {"body": f"{MESSAGE} {LINK}"},
    "telegram": {"url": LINK, "text": MESSAGE},
    "x": {"url": LINK, "text": MESSAGE},
    "facebook": {"u": LINK},
    "email": {"subject": SUBJECT, "body": f"{MESSAGE}\n{LINK}"},
}


def queries(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize("key", WRITTEN)
def test_each_service_gets_message_and_link(key: str) -> None:
    (link,) = (one for one in share_links(MESSAGE, LINK, SUBJECT) if one.key == key)
    assert queries(link.address) == WRITTEN[key]


def test_every_target_is_written_down_here() -> None:
    assert [target.key for target in SHARE_TARGETS] == list(WRITTEN)


def test_the_pattern_leaves_only_the_message_open() -> None:
    for link in share_links(MESSAGE, LINK, SUBJECT):
        assert "{link}" not in link.pattern and "{subject}" not in link.pattern
