"""Keys of the ledger table: what was sold, and what is owed."""

from shared.store.keys.key import Key


def order(order_id: str) -> Key:
    """What is known of this order, on which terms, and what was posted?"""
    return Key(f"ORDER#{order_id}", "ORDER")


def ref(name: str) -> Key:
    """Which order does a processor mean by this name?"""
    return Key(f"REF#{name}", "REF")


def purchases(member_id: str) -> Key:
    """What has this friend bought: first orders, payments that hold a slot, volume given to the
    advocate?
    """
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


def order_credit(order_id: str) -> Key:
    """What credit is held for this order, what paid it, and what came back?"""
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
