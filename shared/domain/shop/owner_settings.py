"""The settings that an owner changes in the console (specification: owner-settings)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlsplit

from shared.domain.document import LONGEST_EMAIL, SourceDocument, parse_choice, parse_text
from shared.domain.kinds import Flag, text
from shared.domain.members.email_address import is_email_address
from shared.domain.record import Record
from shared.domain.shape import JsonSchema, Kind
from shared.domain.shop.accent import DARK, LIGHT, is_readable, nearest_readable
from shared.domain.shop.fonts import CLASSIC, FONTS
from shared.domain.shop.mail_wording import Wordings, WordingsShape

LONGEST_NAME, LONGEST_ADDRESS, LONGEST_IMPRINT, LONGEST_URL = 80, 500, 1_000, 500
MOST_ORIGINS = 20
COMPLETED_BY = ("payment", "fulfilment", "shop")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
LOGO_NAME = re.compile(r"logo-[0-9a-f]{32}\.(png|svg|webp)")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PROVIDER = re.compile(r"[a-z_]{1,40}")
_NO_SCHEMA: JsonSchema = {}
"""The settings are no document of the API, so their kinds publish nothing."""


def parse_email(value: object) -> str:
    """An e-mail address; the empty text stands for none. Raises `ValueError` for anything else."""
    address = parse_text(value, LONGEST_EMAIL)
    if address and not is_email_address(address):
        raise ValueError("must be an email address")
    return address


def parse_link(value: object) -> str:
    """The address of a page, with https (or http on this machine); the empty text stands for none.
    Raises `ValueError` for anything else.
    """
    address = parse_text(value, LONGEST_URL)
    if address and not _is_page(address):
        raise ValueError("must be the whole address of a page, such as https://shop.example/terms")
    return address


def parse_origin(value: object) -> str:
    """An origin in lower case, with https (or http on this machine): scheme, host, and a port if
    one is given. Raises `ValueError` for anything else.
    """
    given = value.strip() if isinstance(value, str) else ""
    origin = given.lower().removesuffix("/")
    if not _is_page(origin) or re.search(r"[/?#@]", origin.partition("://")[2]):
        raise ValueError("must be an origin without a path, such as https://shop.example")
    return origin


def _is_page(address: str) -> bool:
    """Whether a text is an address with https, or with http on this machine."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    local = parts.hostname in ("localhost", "127.0.0.1")
    secure = parts.scheme == "https" or (parts.scheme == "http" and local)
    plain = address.isascii() and address.isprintable() and not re.search(r"[\s\"'<>\\]", address)
    return secure and bool(parts.hostname) and plain


def _parse_origins(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not 0 < len(value) <= MOST_ORIGINS:
        raise ValueError(f"must be 1 to {MOST_ORIGINS} origins, one on each line")
    return tuple(dict.fromkeys(parse_origin(origin) for origin in value))


def _parse_languages(value: object) -> tuple[str, ...]:
    tags = value if isinstance(value, list | tuple) else ()
    if not tags or not all(isinstance(tag, str) and _LANGUAGE.fullmatch(tag) for tag in tags):
        raise ValueError("must be at least one language")
    return tuple(dict.fromkeys(tags))


def _parse_completions(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(_PROVIDER.fullmatch(str(name)) for name in value):
        raise ValueError("must say what completes an order, for each processor")
    return {str(name): parse_choice(setting, COMPLETED_BY) for name, setting in value.items()}


def _parse_colour(value: object) -> str:
    colour = parse_text(value).lower()
    if colour and not _COLOUR.fullmatch(colour):
        raise ValueError("must be a colour such as #6b2a85")
    return colour


def _parse_logo(value: object) -> str:
    name = parse_text(value)
    if name and not LOGO_NAME.fullmatch(name):
        raise ValueError("must be the name of a logo")
    return name


@dataclass(frozen=True, slots=True)
class OwnerSettings:
    """What the owner has decided. Where a field is `None`, the template's parameter counts.

    * `shop_name`: empty for the host of the shop's address.
    * `languages`: what readers may choose from; the first is for readers who prefer none of them.
    * `completed_by`: what completes an order, by provider.
    * `accent`, `accent_dark`: `#rrggbb` for the light and the dark theme; empty for the usual ones.
    * `logo`: the name of the picture in the table; empty for none.
    * `credit_hint`: whether mails remind members of credit that they can spend.
    * `daily_rates`: whether the owner's table of daily rates is used for orders that tell no rate.
    """

    shop_name: Annotated[str | None, text(LONGEST_NAME)] = None
    postal_address: Annotated[str, text(LONGEST_ADDRESS)] = ""
    support_email: Annotated[str, Kind(parse_email, _NO_SCHEMA)] = ""
    origins: Annotated[tuple[str, ...] | None, Kind(_parse_origins, _NO_SCHEMA, list)] = None
    languages: Annotated[tuple[str, ...] | None, Kind(_parse_languages, _NO_SCHEMA, list)] = None
    completed_by: Annotated[Mapping[str, str], Kind(_parse_completions, _NO_SCHEMA, dict)] = field(
        default_factory=dict
    )
    terms_url: Annotated[str, Kind(parse_link, _NO_SCHEMA)] = ""
    privacy_url: Annotated[str, Kind(parse_link, _NO_SCHEMA)] = ""
    imprint_url: Annotated[str, Kind(parse_link, _NO_SCHEMA)] = ""
    accent: Annotated[str, Kind(_parse_colour, _NO_SCHEMA)] = ""
    accent_dark: Annotated[str, Kind(_parse_colour, _NO_SCHEMA)] = ""
    font: Annotated[str, Kind(lambda value: parse_choice(value, FONTS), _NO_SCHEMA)] = CLASSIC
    logo: Annotated[str, Kind(_parse_logo, _NO_SCHEMA)] = ""
    reply_to: Annotated[str, Kind(parse_email, _NO_SCHEMA)] = ""
    mail_imprint: Annotated[str, text(LONGEST_IMPRINT)] = ""
    credit_hint: Flag = True
    wordings: Annotated[Wordings, WordingsShape()] = field(default_factory=dict)
    daily_rates: Flag = False


def _check_accents(settings: OwnerSettings, source: SourceDocument) -> None:
    """Refuses a colour in which text could not be read, and names the nearest one that can."""
    for name, theme in (("accent", LIGHT), ("accent_dark", DARK)):
        colour = getattr(settings, name)
        if colour and not is_readable(colour, theme):
            nearest = nearest_readable(colour, theme)
            source.fault(name, f"is too hard to read; the nearest colour that works is {nearest}")


OWNER_SETTINGS = Record(OwnerSettings, check=_check_accents)
UNCHANGED = OwnerSettings()
"""The settings of a shop whose owner has changed nothing."""
