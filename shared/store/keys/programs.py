"""Keys of the programs table: terms, API keys, what waits for staff, mails and days."""

from shared.store.keys.key import Key


def active_program(program_id: str) -> Key:
    """Which terms apply to the next order?"""
    return Key(f"PROGRAM#{program_id}", "ACTIVE")


def program_version(program_id: str, version: int) -> Key:
    """Which terms were frozen on an order?"""
    return Key(f"PROGRAM#{program_id}", f"VERSION#{version:06d}")


def api_key(key_hash: str) -> Key:
    """What may the holder of this key do?"""
    return Key(f"KEY#{key_hash}", "KEY")


def key_use(key_hash: str) -> Key:
    """When was this key last used?

    Apart from the key, so that whoever notes it can change nothing else.
    """
    return Key(f"KEYUSE#{key_hash}", "KEYUSE")


KEYS = "KEYS"
"""Which partition lists the keys by their first characters?"""


def listed_key(prefix: str) -> Key:
    """Whose key begins with this?"""
    return Key(KEYS, prefix)


def parked(parked_id: str) -> Key:
    """Was this parked already, and where is it listed?"""
    return Key(f"PARKED#{parked_id}", "PARKED")


PARKED = "PARKED"
"""Which partition lists what could not be used, the newest last?"""


def parked_row(place: str) -> Key:
    """What could not be used, and why?"""
    return Key(PARKED, place)


REVIEWS = "REVIEWS"
"""Which partition lists the orders whose rewards wait for a review, the next deadline first?"""


def review(place: str) -> Key:
    """Until when does this order's review wait?"""
    return Key(REVIEWS, place)


AUDIT = "AUDIT"
"""Which partition lists who changed what, the newest last?"""


def audit_line(place: str) -> Key:
    """Who changed this, when and why?"""
    return Key(AUDIT, place)


PROGRAMS = "PROGRAMS"
"""Which partition lists the programs?"""


def listed_program(program_id: str) -> Key:
    """Is there a program of this id?"""
    return Key(PROGRAMS, program_id)


WEBHOOKS = "WEBHOOKS"
"""Which partition lists the endpoints of the shop's server?"""


def webhook(webhook_id: str) -> Key:
    """Where does this endpoint lie, what does it want, and which secrets sign for it?"""
    return Key(WEBHOOKS, webhook_id)


def deliveries(webhook_id: str) -> str:
    """Which partition holds what was delivered to this endpoint, the newest last?"""
    return f"WEBHOOK#{webhook_id}"


def delivery(webhook_id: str, delivery_id: str) -> Key:
    """What became of this event at this endpoint?"""
    return Key(deliveries(webhook_id), delivery_id)


def mails(member_id: str) -> str:
    """Which partition holds what was mailed to this member?"""
    return f"MAIL#{member_id}"


def mail(member_id: str, kind: str, topic: str) -> Key:
    """Was this mailed to them, and if not, why?"""
    return Key(mails(member_id), f"{kind}#{topic}")


def mail_preferences(member_id: str) -> Key:
    """Which mails does this member want no more?"""
    return Key(f"MAILWISHES#{member_id}", "MAILWISHES")


def mail_suppression(email_hash: str) -> Key:
    """Is this address (keyed hash) suppressed?"""
    return Key(f"MAILSTOP#{email_hash}", "MAILSTOP")


def mail_counts(month: str) -> str:
    """Which partition counts how the mails of a month's statements ended?"""
    return f"MAILCOUNT#{month}"


def mail_count(month: str, outcome: str, part: int) -> Key:
    """How many ended so, of one part of the members? In parts, so that no item is everybody's."""
    return Key(mail_counts(month), f"{outcome}#{part:02d}")


def idempotency(scope: str, key: str) -> Key:
    """What was answered to this request before?"""
    return Key(f"IDEMPOTENCY#{scope}#{key}", "ANSWER")


JOURNALS = "JOURNALS"
"""Which partition lists the days in which anything moved?"""


def journal(day: str) -> str:
    """Which partition lists the entries that were written on this day, in their order?"""
    return f"JOURNAL#{day}"


CLOSINGS = "CLOSINGS"
"""Which partition says what every account stood at, at the end of each day that is closed?"""


def closing(day: str) -> Key:
    """What did the books stand at when this day ended?"""
    return Key(CLOSINGS, day)


def days(currency: str) -> str:
    """Which partition holds what each day moved in a currency, as far as days are closed?"""
    return f"DAYS#{currency}"


PEPPER_CHECK = Key("PEPPER", "CHECK")
"""With which pepper were the hashes in these tables made?"""


IMPORTS = "IMPORTS"
"""Which partition lists the imports, the newest last?"""


def listed_import(import_id: str) -> Key:
    """What is this import, and how far is it?"""
    return Key(IMPORTS, import_id)


def import_page(import_id: str, page: int) -> Key:
    """Which rows are on this page of an import that is not done?"""
    return Key(f"IMPORT#{import_id}", f"ROWS#{page:05d}")


def import_refusals(import_id: str, page: int) -> Key:
    """Which rows of this page were refused, and why?"""
    return Key(f"IMPORT#{import_id}", f"REFUSED#{page:05d}")


CONNECTIONS = "CONNECTIONS"
"""Which partition lists the connected stores?"""


def connection(connection_id: str) -> Key:
    """Which store is this, and what is done there?"""
    return Key(CONNECTIONS, connection_id)
