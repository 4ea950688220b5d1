"""The journal as a DATEV file: Buchungsstapel, EXTF 700, version 13.

Windows-1252, CRLF, semicolons: a header with 31 fields, a line with the names of 125 columns, and
one line for each posting. The credit of all members is one account.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from shared.domain.ledger.entry import (
    ADJUSTMENT_COSTS,
    BONUS_COSTS,
    BREAKAGE,
    CREDIT,
    FORFEITED,
    REDEMPTIONS,
    REWARD_COSTS,
)
from shared.domain.money import minor_digits
from shared.journal.rows import JournalRow

ENCODING = "windows-1252"
DIGITS = 2
"""Decimals of an amount in DATEV; a currency with more decimals cannot be exported."""
LONGEST_FIELD, LONGEST_TEXT = 36, 60
PARAMETERS = {
    "account_credit": (CREDIT, "1700"),
    "account_rewards": (REWARD_COSTS, "4610"),
    "account_friend_bonus": (BONUS_COSTS, "4611"),
    "account_adjustments": (ADJUSTMENT_COSTS, "4900"),
    "account_breakage": (BREAKAGE, "2700"),
    "account_forfeited": (FORFEITED, "2701"),
    "account_redemptions": (REDEMPTIONS, "1590"),
}
"""For each parameter of a request: our account, and its default number in the chart SKR 03."""
_NO_FIELD_SIGN = re.compile(r"[^A-Za-z0-9$&%*+\-/]")
_HEAD_COLUMNS = (
    "Umsatz (ohne Soll/Haben-Kz)",
    "Soll/Haben-Kennzeichen",
    "WKZ Umsatz",
    "Kurs",
    "Basis-Umsatz",
    "WKZ Basis-Umsatz",
    "Konto",
    "Gegenkonto (ohne BU-Schlüssel)",
    "BU-Schlüssel",
    "Belegdatum",
    "Belegfeld 1",
    "Belegfeld 2",
    "Skonto",
    "Buchungstext",
    "Postensperre",
    "Diverse Adressnummer",
    "Geschäftspartnerbank",
    "Sachverhalt",
    "Zinssperre",
    "Beleglink",
)
_MIDDLE_COLUMNS = (
    "KOST1 - Kostenstelle",
    "KOST2 - Kostenstelle",
    "Kost-Menge",
    "EU-Land u. UStID (Bestimmung)",
    "EU-Steuersatz (Bestimmung)",
    "Abw. Versteuerungsart",
    "Sachverhalt L+L",
    "Funktionsergänzung L+L",
    "BU 49 Hauptfunktionstyp",
    "BU 49 Hauptfunktionsnummer",
    "BU 49 Funktionsergänzung",
)
_LAST_COLUMNS = (
    "Stück",
    "Gewicht",
    "Zahlweise",
    "Forderungsart",
    "Veranlagungsjahr",
    "Zugeordnete Fälligkeit",
    "Skontotyp",
    "Auftragsnummer",
    "Buchungstyp",
    "USt-Schlüssel (Anzahlungen)",
    "EU-Land (Anzahlungen)",
    "Sachverhalt L+L (Anzahlungen)",
    "EU-Steuersatz (Anzahlungen)",
    "Erlöskonto (Anzahlungen)",
    "Herkunft-Kz",
    "Buchungs GUID",
    "KOST-Datum",
    "SEPA-Mandatsreferenz",
    "Skontosperre",
    "Gesellschaftername",
    "Beteiligtennummer",
    "Identifikationsnummer",
    "Zeichnernummer",
    "Postensperre bis",
    "Bezeichnung SoBil-Sachverhalt",
    "Kennzeichen SoBil-Buchung",
    "Festschreibung",
    "Leistungsdatum",
    "Datum Zuord. Steuerperiode",
    "Fälligkeit",
    "Generalumkehr (GU)",
    "Steuersatz",
    "Land",
    "Abrechnungsreferenz",
    "BVV-Position",
    "EU-Land u. UStID (Ursprung)",
    "EU-Steuersatz (Ursprung)",
    "Abw. Skontokonto",
)


def _pairs(name: str, first: str, second: str, count: int) -> tuple[str, ...]:
    return tuple(
        f"{name} - {kind} {number}" for number in range(1, count + 1) for kind in (first, second)
    )


COLUMNS = (
    *_HEAD_COLUMNS,
    *_pairs("Beleginfo", "Art", "Inhalt", 8),
    *_MIDDLE_COLUMNS,
    *_pairs("Zusatzinformation", "Art", "Inhalt", 20),
    *_LAST_COLUMNS,
)
_FIRM = COLUMNS.index("Festschreibung")


class TooManyDecimals(ValueError):
    """The currency has more decimals than a DATEV file can hold."""


@dataclass(frozen=True, slots=True)
class DatevTerms:
    """What a DATEV file needs besides the postings: settings that are written to its first line.

    * `consultant`, `client`: DATEV's numbers of the tax adviser and of the shop.
    * `year_begin`: the first day of the business year.
    * `numbers`: DATEV's account numbers, by our account names.
    * `digits`: how many digits an account number has.
    * `currency`: of the postings; one file has one.
    """

    consultant: int
    client: int
    year_begin: date
    digits: int
    numbers: Mapping[str, str]
    currency: str


def datev_bytes(
    rows: Iterable[JournalRow],
    terms: DatevTerms,
    days: tuple[date, date],
    zone: str,
    now: datetime,
    heading: bool = True,
) -> bytes:
    """The file of a period's first to last day. Characters that Windows-1252 does not have become
    question marks. Without `heading`, the file has only the lines of the postings.

    Raises `TooManyDecimals`.
    """
    if minor_digits(terms.currency) > DIGITS:
        raise TooManyDecimals(terms.currency)
    head = [_header(terms, days, now.astimezone(ZoneInfo(zone))), ";".join(COLUMNS)]
    lines = head if heading else []
    lines += [_booking(row, terms, zone) for row in rows]
    return "".join(f"{line}\r\n" for line in lines).encode(ENCODING, "replace")


def _header(terms: DatevTerms, days: tuple[date, date], at: datetime) -> str:
    first, last = days
    fields = [
        *('"EXTF"', "700", "21", '"Buchungsstapel"', "13"),
        f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}",
        *("", '"GV"', '""', '""', str(terms.consultant), str(terms.client)),
        *(f"{terms.year_begin:%Y%m%d}", str(terms.digits), f"{first:%Y%m%d}", f"{last:%Y%m%d}"),
        *(f'"Grapevine {first:%Y-%m}"', '""', "1", "0", "0", f'"{terms.currency}"'),
        *("", '""', "", "", '""', "", "", '""', '""'),
    ]
    return ";".join(fields)


def _booking(row: JournalRow, terms: DatevTerms, zone: str) -> str:
    fields = [""] * len(COLUMNS)
    fields[:3] = _amount(row), '"S"', f'"{row.currency}"'
    fields[6], fields[7] = _number(row.debit, terms), _number(row.credit, terms)
    fields[9] = f"{row.day(zone):%d%m}"
    fields[10], fields[11] = _field(row.order or row.entry), _field(row.entry)
    fields[13] = _text(f"{row.member} {row.text}")
    fields[_FIRM] = "0"
    return ";".join(fields)


def _amount(row: JournalRow) -> str:
    digits = minor_digits(row.currency)
    whole, cents = divmod(row.amount * 10 ** (DIGITS - digits), 10**DIGITS)
    return f"{whole},{cents:02d}"


def _number(account: str, terms: DatevTerms) -> str:
    return terms.numbers[CREDIT if account.startswith(CREDIT) else account]


def _field(text: str) -> str:
    return f'"{_NO_FIELD_SIGN.sub("-", text)[:LONGEST_FIELD]}"'


def _text(text: str) -> str:
    plain = " ".join(text.split())[:LONGEST_TEXT].rstrip()
    return '"' + plain.replace('"', '""') + '"'
