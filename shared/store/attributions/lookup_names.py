"""What a person is found by, taken away, in the attributions table."""

from shared.store import keys
from shared.store.attributions.links import CodeItem, VisitorItem
from shared.store.attributions.members import PointerItem, ReferralItem
from shared.store.engine import Write


def drop_email(email_hash: str, member_id: str) -> Write:
    return Write(PointerItem(*keys.email(email_hash)), PointerItem.member == member_id, delete=True)


def drop_code(code: str, member_id: str) -> Write:
    return Write(CodeItem(*keys.code(code)), CodeItem.member == member_id, delete=True)


def drop_visitor(ref_token: str) -> Write:
    return Write(VisitorItem(*keys.visitor(ref_token)), delete=True)


def put_unsigned(edge: ReferralItem) -> Write:
    """An edge whose evidence keeps its kind and time alone."""
    before = edge.evidence
    edge.evidence = {name: told for name, told in before.items() if name != "value"}
    return Write(edge, ReferralItem.evidence == before)
