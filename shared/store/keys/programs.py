"""Keys of the programs table: programs, API keys, work for staff, mails and the journal."""

from shared.store.keys.key import Key


def active_program(program_id: str) -> Key:
    """Which version of this program applies to the next order?"""
    return Key(f"PROGRAM#{program_id}", "ACTIVE")


def program_version(program_id: str, version: int) -> Key:
    """What are the terms of this version of the program?"""
    return Key(f"PROGRAM#{program_id}", f"VERSION#{version:06d}")


def api_key(key_hash: str) -> Key:
    """What may the holder of this key do?"""
    return Key(f"KEY#{key_hash}", "KEY")


def key_use(key_hash: str) -> Key:
    """When was this API key last used?

    A separate item, so that code which records a use can change nothing else of the key.
    """
    return Key(f"KEYUSE#{key_hash}", "KEYUSE")


KEYS = "KEYS"
"""Which partition lists the API keys by their first characters?"""


def listed_key(prefix: str) -> Key:
    """Which API key begins with these characters?"""
    return Key(KEYS, prefix)


def parked(parked_id: str) -> Key:
    """Was something parked under this id, and at which place is it listed?"""
    return Key(f"PARKED#{parked_id}", "PARKED")


PARKED = "PARKED"
"""Which partition lists what could not be used, newest last?"""


def parked_row(place: str) -> Key:
    """What could not be used, and why?"""
    return Key(PARKED, place)


REVIEWS = "REVIEWS"
"""Which partition lists the orders under review, earliest deadline first?"""


def review(place: str) -> Key:
    """What is the deadline of this order's review?"""
    return Key(REVIEWS, place)


AUDIT = "AUDIT"
"""Which partition lists what staff changed, newest last?"""


def audit_line(place: str) -> Key:
    """Which staff member made this change, when and why?"""
    return Key(AUDIT, place)


PROGRAMS = "PROGRAMS"
"""Which partition lists the programs?"""


def listed_program(program_id: str) -> Key:
    """Is there a program with this id?"""
    return Key(PROGRAMS, program_id)


WEBHOOKS = "WEBHOOKS"
"""Which partition lists the endpoints of the shop's server?"""


def webhook(webhook_id: str) -> Key:
    """What is the address of this endpoint, which events does it get, and which secrets sign them?"""
    return Key(WEBHOOKS, webhook_id)


def deliveries(webhook_id: str) -> str:
    """Which partition holds the deliveries to this endpoint, newest last?"""
    return f"WEBHOOK#{webhook_id}"


def delivery(webhook_id: str, delivery_id: str) -> Key:
    """Was this event delivered to this endpoint, and what was the answer?"""
    return Key(deliveries(webhook_id), delivery_id)


def mails(member_id: str) -> str:
    """Which partition holds the mails to this member?"""
    return f"MAIL#{member_id}"


def mail(member_id: str, kind: str, topic: str) -> Key:
    """Was this mail sent to the member, and if not, why?"""
    return Key(mails(member_id), f"{kind}#{topic}")


def mail_preferences(member_id: str) -> Key:
    """Which mails has this member unsubscribed from?"""
    return Key(f"MAILWISHES#{member_id}", "MAILWISHES")


def mail_suppression(email_hash: str) -> Key:
    """Is this address (keyed hash) suppressed?"""
    return Key(f"MAILSTOP#{email_hash}", "MAILSTOP")


def mail_counts(month: str) -> str:
    """Which partition counts the outcomes of the mails with a month's statements?"""
    return f"MAILCOUNT#{month}"


def mail_count(month: str, outcome: str, part: int) -> Key:
    """How many mails had this outcome, in one part of the members? The count has several parts, so
    that not every write goes to the same item.
    """
    return Key(mail_counts(month), f"{outcome}#{part:02d}")


def idempotency(scope: str, key: str) -> Key:
    """What was the answer to an earlier request with this key?"""
    return Key(f"IDEMPOTENCY#{scope}#{key}", "ANSWER")


JOURNALS = "JOURNALS"
"""Which partition lists the days that have entries?"""


def journal(day: str) -> str:
    """Which partition lists the entries that stand in the books on this day, in their order?"""
    return f"JOURNAL#{day}"


CLOSINGS = "CLOSINGS"
"""Which partition holds the trial balance at the end of each closed day?"""


def closing(day: str) -> Key:
    """What was the trial balance when this day ended?"""
    return Key(CLOSINGS, day)


CLICKS = "CLICKS"
"""Which partition holds the number of clicks of each day?"""


def clicks(day: str) -> Key:
    """How many clicks were there on this day?"""
    return Key(CLICKS, day)


def days(currency: str) -> str:
    """Which partition holds the daily totals of the closed days in this currency?"""
    return f"DAYS#{currency}"


def day_drafts(currency: str) -> str:
    """Which partition holds what has been added up of open days with very many entries?"""
    return f"DAYS#{currency}#DRAFT"


PEPPER_CHECK = Key("PEPPER", "CHECK")
"""Which pepper made the hashes in these tables?"""


IMPORTS = "IMPORTS"
"""Which partition lists the imports, newest last?"""


def listed_import(import_id: str) -> Key:
    """What does this import contain, and how far is it?"""
    return Key(IMPORTS, import_id)


def import_page(import_id: str, page: int) -> Key:
    """Which rows are on this page of an unfinished import?"""
    return Key(f"IMPORT#{import_id}", f"ROWS#{page:05d}")


def import_refusals(import_id: str, page: int) -> Key:
    """Which rows of this page were refused, and why?"""
    return Key(f"IMPORT#{import_id}", f"REFUSED#{page:05d}")


CONNECTIONS = "CONNECTIONS"
"""Which partition lists the connected stores?"""


def connection(connection_id: str) -> Key:
    """Which store is connected, and what is set up there?"""
    return Key(CONNECTIONS, connection_id)


RECOVERIES = "RECOVERIES"
"""Which partition holds the latest recovery of each processor?"""


def recovery(provider: str) -> Key:
    """How far has the latest recovery read this processor's list?"""
    return Key(RECOVERIES, provider)


VERIFICATIONS = "VERIFICATIONS"
"""Which partition lists the verifications of the whole ledger, newest last?"""


def verification(verification_id: str) -> Key:
    """How far is this verification, and what has it found?"""
    return Key(VERIFICATIONS, verification_id)


SETTINGS = "SETTINGS"
"""Which partition holds the owner's settings, the current ones and every version of them?"""

CURRENT_SETTINGS = Key(SETTINGS, "CURRENT")
"""Which of the owner's settings apply now?"""


def settings_version(version: int) -> Key:
    """What were the owner's settings in this version?"""
    return Key(SETTINGS, f"VERSION#{version:06d}")


def logo(name: str) -> Key:
    """What does the picture with this name look like?"""
    return Key(f"LOGO#{name}", "LOGO")


SIGHTINGS = "SIGHTINGS"
"""Which partition tells what has been seen at work, for the set-up page?"""


def sighting(what: str) -> Key:
    """When was this last seen at work?"""
    return Key(SIGHTINGS, what)


def daily_rates(target: str, currency: str = "", year: int = 0) -> Key:
    """What were the rates of this currency into the currency `target`, on the days of this year?"""
    return Key(f"RATES#{target}", f"{currency}#{year:04d}")


RATE_RETRIES = "RATERETRIES"
"""Which partition tells, for each currency, how far orders without a rate into it were retried?"""


def rate_retry(target: str) -> Key:
    """How far have the orders been retried that are parked without a rate into this currency?"""
    return Key(RATE_RETRIES, target)
