"""Keys of the ledger table: what was sold, and what the shop owes its members."""

from shared.store.keys.key import Key


def order(order_id: str) -> Key:
    """What is known of this order, which terms apply, and what was posted?"""
    return Key(f"ORDER#{order_id}", "ORDER")


def ref(name: str) -> Key:
    """Which order does a processor mean by this id?"""
    return Key(f"REF#{name}", "REF")


def purchases(member_id: str) -> Key:
    """What has this friend bought: earliest orders, number of counted orders, volume for the
    advocate?
    """
    return Key(f"PURCHASES#{member_id}", "PURCHASES")


def accounts(member_id: str) -> str:
    """Which partition holds this member's accounts, one item for each currency?"""
    return f"ACCOUNT#{member_id}"


def account(member_id: str, currency: str) -> Key:
    """What is the state of this member's account in this currency?"""
    return Key(accounts(member_id), currency)


def hold(hold_id: str) -> Key:
    """What happened to this hold?"""
    return Key(f"HOLD#{hold_id}", "HOLD")


def credit_code(code: str) -> Key:
    """What became of the credit code with this normal form?"""
    return Key(f"CREDITCODE#{code}", "CREDITCODE")


def spending(member_id: str) -> Key:
    """Which credit code did this member get last?"""
    return Key(f"SPENDING#{member_id}", "SPENDING")


def adjustment(name: str) -> Key:
    """Was this adjustment posted before?"""
    return Key(f"ADJUSTMENT#{name}", "ADJUSTMENT")


def merge(closed_id: str) -> Key:
    """Who goes on for this closed member? One partition lists all merges."""
    return Key("MERGES", closed_id)


def order_credit(order_id: str) -> Key:
    """Which credit is held for this order, which credit paid it, and what was returned?"""
    return Key(f"SPENT#{order_id}", "SPENT")


def entries(member_id: str) -> str:
    """Which partition holds a member's entries? No role may change or delete anything in it."""
    return f"ENTRIES#{member_id}"


def entry(member_id: str, currency: str, sequence: int) -> Key:
    """What did this entry change in the member's account, and why?"""
    return Key(entries(member_id), f"{currency}#{sequence:012d}")


LAST_SEQUENCE = 10**12 - 1


def statements(member_id: str) -> str:
    """Which partition holds a member's statements? No role may change or delete anything in it."""
    return f"STATEMENT#{member_id}"


def statement(member_id: str, currency: str, month: str) -> Key:
    """What does this member's statement of the month say?"""
    return Key(statements(member_id), f"{month}#{currency}")


SETTLEMENTS = "SETTLEMENTS"
"""Which partition lists the runs that close a month, newest last?"""


def settlement(month: str) -> Key:
    """Has the run of this month begun, and is the month closed?"""
    return Key(SETTLEMENTS, month)


SHARD, FAILED = "SHARD#", "FAILED#"


def settlement_parts(month: str) -> str:
    """Which partition holds the progress of a run?"""
    return f"SETTLEMENT#{month}"


def settlement_shard(month: str, number: int) -> Key:
    """How far did the run read this part of the ledger, and what did it count?"""
    return Key(settlement_parts(month), f"{SHARD}{number:04d}")


def settlement_failure(month: str, member_id: str, currency: str) -> Key:
    """Why could the run not settle this account with its page?"""
    return Key(settlement_parts(month), f"{FAILED}{currency}#{member_id}")
