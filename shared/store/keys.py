"""Every key of every table, beside the question that it answers."""

from typing import NamedTuple


class Key(NamedTuple):
    pk: str
    sk: str


# --- attributions: who recommends whom, and how we know ---


def member(member_id: str) -> Key:
    """Who is this member?"""
    return Key(f"MEMBER#{member_id}", "MEMBER")


def login(name: str) -> Key:
    """Which member signs in with this name?"""
    return Key(f"LOGIN#{name}", "LOGIN")


def email(email_hash: str) -> Key:
    """Which member has this e-mail (keyed hash of its normal form)?"""
    return Key(f"EMAIL#{email_hash}", "EMAIL")


def code(text: str) -> Key:
    """Whose code is this, and may it be followed?"""
    return Key(f"CODE#{text}", "CODE")


def visitor(ref_token: str) -> Key:
    """Which link did this browser follow, and when?"""
    return Key(f"VISITOR#{ref_token}", "VISITOR")


EVERYBODY = "EVERYBODY"
"""Under which name are the misses of all addresses counted together?"""


def misses(address_hash: str, window: int) -> Key:
    """How many codes that nobody shares were asked for from this address in this window?"""
    return Key(f"MISSES#{address_hash}", str(window))


def asked(what: str, who: str, window: int) -> Key:
    """How often did somebody ask for this in this window?"""
    return Key(f"ASKED#{what}#{who}", str(window))


def about(member_id: str) -> list[str]:
    """Which partitions are about this member alone?"""
    own = [
        member(member_id).pk,
        accounts(member_id),
        purchases(member_id).pk,
        entries(member_id),
        friend(member_id, "").pk,
    ]
    return [
        *own,
        statements(member_id),
        sign_ups(member_id),
        mails(member_id),
        mail_wishes(member_id).pk,
    ]


def referral(referral_id: str) -> Key:
    """What is known of this edge?"""
    return Key(f"REFERRAL#{referral_id}", "REFERRAL")


def friend(advocate_id: str, friend_id: str) -> Key:
    """Whom did this advocate bring? One partition lists them."""
    return Key(f"FRIENDS#{advocate_id}", f"FRIEND#{friend_id}")


def sign_ups(advocate_id: str) -> str:
    """Which partition lists when this advocate's friends signed up, the newest last?"""
    return f"SIGNUPS#{advocate_id}"


def sign_up(advocate_id: str, place: str) -> Key:
    """Who signed up then?"""
    return Key(sign_ups(advocate_id), place)


# --- ledger: what was sold, what is owed ---


def order(order_id: str) -> Key:
    """What is known of this order, on which terms, and what was posted?"""
    return Key(f"ORDER#{order_id}", "ORDER")


def ref(name: str) -> Key:
    """Which order does a processor mean by this name?"""
    return Key(f"REF#{name}", "REF")


def purchases(member_id: str) -> Key:
    """What has this friend bought: first orders, payments that hold a slot, volume given to the advocate?"""
    return Key(f"PURCHASES#{member_id}", "PURCHASES")


def accounts(member_id: str) -> str:
    """Which partition holds what this member owns, one item for each currency?"""
    return f"ACCOUNT#{member_id}"


def account(member_id: str, currency: str) -> Key:
    """What does this member own in this currency?"""
    return Key(accounts(member_id), currency)


def hold(hold_id: str) -> Key:
    """What became of this authorisation?"""
    return Key(f"HOLD#{hold_id}", "HOLD")


def adjustment(name: str) -> Key:
    """Was this posted by hand before?"""
    return Key(f"ADJUSTMENT#{name}", "ADJUSTMENT")


def spent(order_id: str) -> Key:
    """Which holds paid this order?"""
    return Key(f"SPENT#{order_id}", "SPENT")


def entries(member_id: str) -> str:
    """Which partition is a member's history? No role may change or delete anything in it."""
    return f"ENTRIES#{member_id}"


def entry(member_id: str, currency: str, sequence: int) -> Key:
    """Why does this member own what they own?"""
    return Key(entries(member_id), f"{currency}#{sequence:012d}")


LAST_SEQUENCE = 10**12 - 1


def statements(member_id: str) -> str:
    """Which partition holds a member's statements? No role may change or delete anything in it."""
    return f"STATEMENT#{member_id}"


def statement(member_id: str, currency: str, month: str) -> Key:
    """How did this member's month end?"""
    return Key(statements(member_id), f"{month}#{currency}")


SETTLEMENTS = "SETTLEMENTS"
"""Which partition lists the runs that close a month, the newest last?"""


def settlement(month: str) -> Key:
    """Is this month closed?"""
    return Key(SETTLEMENTS, month)


SHARD, FAILED = "SHARD#", "FAILED#"


def settlement_parts(month: str) -> str:
    """Which partition holds how far a run is?"""
    return f"SETTLEMENT#{month}"


def settlement_shard(month: str, number: int) -> Key:
    """How far was this part of the ledger looked through, and what was found?"""
    return Key(settlement_parts(month), f"{SHARD}{number:04d}")


def settlement_failure(month: str, member_id: str, currency: str) -> Key:
    """Why could this account not be settled in its turn?"""
    return Key(settlement_parts(month), f"{FAILED}{currency}#{member_id}")


# --- programs: terms, keys, what waits for staff ---


def active_program(program_id: str) -> Key:
    """Which terms apply to the next order?"""
    return Key(f"PROGRAM#{program_id}", "ACTIVE")


def program_version(program_id: str, version: int) -> Key:
    """Which terms were frozen on an order?"""
    return Key(f"PROGRAM#{program_id}", f"VERSION#{version:06d}")


def access(key_hash: str) -> Key:
    """What may the holder of this key do?"""
    return Key(f"KEY#{key_hash}", "KEY")


def key_use(key_hash: str) -> Key:
    """When was this key last used? Apart from the key, so that whoever notes it can change nothing else."""
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


def change(place: str) -> Key:
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


def mail(member_id: str, kind: str, thing: str) -> Key:
    """Was this mailed to them, and if not, why?"""
    return Key(mails(member_id), f"{kind}#{thing}")


def mail_wishes(member_id: str) -> Key:
    """Which mails does this member want no more?"""
    return Key(f"MAILWISHES#{member_id}", "MAILWISHES")


def mail_stop(email_hash: str) -> Key:
    """Does this address (keyed hash) take no mail?"""
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
