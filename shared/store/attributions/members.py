"""Members and their lookup names, in the attributions table."""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from shared.domain.members.member import Member, StaffNote
from shared.domain.rewards.terms import Referral
from shared.store import keys
from shared.store.attributions.links import CodeItem
from shared.store.codec import INSTANT, TUPLE, Document, Field, many
from shared.store.engine import Delete, Write, find
from shared.store.items import (
    ABSENT,
    AttributionsItem,
    InstantAttribute,
    IntegerAttribute,
    JsonAttribute,
    unchanged,
)

LONGEST_FIRST_NAME = 40
REFERRAL = Document(
    Referral,
    id=Field("i"),
    advocate=Field("a"),
    made_at=Field("m", INSTANT),
    clicked_at=Field("c", INSTANT),
    by_staff=Field("s"),
)

NOTE = Document(StaffNote, at=Field("t", INSTANT), by=Field("b"), text=Field("x"))


class MemberItem(AttributionsItem):
    """A member. If `same_as` is set, the item only says that its id is another id of the member
    `same_as`.
    """

    same_as = UnicodeAttribute(null=True)
    alias = UnicodeAttribute(null=True)
    login = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    email_hash = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    code = UnicodeAttribute(null=True)
    registered = BooleanAttribute(default=False)
    blocked = BooleanAttribute(default=False)
    blocked_at = InstantAttribute(null=True)
    forfeiting = BooleanAttribute(default=False)
    unblocking = BooleanAttribute(default=False)
    erased = BooleanAttribute(default=False)
    group = UnicodeAttribute(null=True)
    signed_up_at = InstantAttribute(null=True)
    language = UnicodeAttribute(null=True)
    chosen_language = UnicodeAttribute(null=True)
    referral = JsonAttribute(REFERRAL.form, null=True)
    upline: JsonAttribute[tuple[str, ...]] = JsonAttribute(TUPLE, default=tuple)
    browsers: JsonAttribute[tuple[str, ...]] = JsonAttribute(TUPLE, default=tuple)
    imported = BooleanAttribute(null=True)
    notes: JsonAttribute[tuple[StaffNote, ...]] = JsonAttribute(many(NOTE), null=True)
    merged_into = UnicodeAttribute(null=True)
    absorbed: JsonAttribute[tuple[str, ...]] = JsonAttribute(TUPLE, null=True)
    revision = IntegerAttribute(default=0)


class PointerItem(AttributionsItem):
    """The member to whom a login or the hash of an e-mail address belongs."""

    PRIVATE_KEY = True
    member = UnicodeAttribute()


class LoginSpellingItem(AttributionsItem):
    """The member to whom a login belongs, listed with similar logins."""

    PRIVATE_KEY = True
    member = UnicodeAttribute()


MOST_LIKE = 50
"""At most this many similar logins are read. If there are more, a login finds its member only if it
is typed exactly.
"""


def find_logins_like(typed: str) -> dict[str, str]:
    """The logins that a spelling may mean, with their members; empty if there are more than
    `MOST_LIKE`.
    """
    partition = keys.login_spelling(typed).pk
    found = LoginSpellingItem.query(partition, consistent_read=True, limit=MOST_LIKE + 1)
    members = {item.sk: item.member for item in found}
    return members if len(members) <= MOST_LIKE else {}


def find_same_as(member_id: str) -> str | None:
    """The id of the member who also has the id `member_id`; `None` if it is not another id of a
    member.
    """
    item = find(MemberItem, keys.member(member_id))
    return item.same_as if item is not None else None


def member_of(item: MemberItem) -> Member:
    return Member(
        id=item.pk.partition("#")[2],
        alias=item.alias,
        login=item.login,
        email=item.email,
        email_hash=item.email_hash,
        name=item.name,
        code=item.code,
        registered=item.registered,
        blocked=item.blocked,
        blocked_at=item.blocked_at,
        forfeiting=item.forfeiting,
        unblocking=item.unblocking,
        erased=item.erased,
        group=item.group,
        signed_up_at=item.signed_up_at,
        language=item.language,
        chosen_language=item.chosen_language,
        referral=item.referral,
        upline=item.upline,
        browsers=item.browsers,
        imported=bool(item.imported),
        notes=item.notes or (),
        merged_into=item.merged_into,
        absorbed=item.absorbed or (),
        revision=item.revision,
    )


def put_member(after: Member) -> Write:
    """The write that stores a member. It fails if the member has changed since it was read."""
    item = MemberItem(
        *keys.member(after.id),
        alias=after.alias,
        login=after.login,
        email=after.email,
        email_hash=after.email_hash,
        name=after.name,
        code=after.code,
        registered=after.registered,
        blocked=after.blocked,
        blocked_at=after.blocked_at,
        forfeiting=after.forfeiting,
        unblocking=after.unblocking,
        erased=after.erased,
        group=after.group,
        signed_up_at=after.signed_up_at,
        language=after.language,
        chosen_language=after.chosen_language,
        referral=after.referral,
        upline=after.upline,
        browsers=after.browsers,
        imported=after.imported or None,
        notes=after.notes or None,
        merged_into=after.merged_into,
        absorbed=after.absorbed or None,
        revision=after.revision + 1,
    )
    return Write(item, unchanged(after.revision))


def put_alias(alias: str, member_id: str) -> Write:
    """The write that gives a member another id. It fails if the id is in use."""
    return Write(MemberItem(*keys.member(alias), same_as=member_id, revision=1), ABSENT)


def put_login(name: str, member_id: str, instead_of: str | None = None) -> Write:
    """The write that gives a member a login. It fails if another member has it, except the member
    `instead_of`, whom this one replaces.
    """
    item = PointerItem(*keys.login(name), member=member_id)
    return Write(item, _free_for(member_id, PointerItem.member, instead_of))


def put_spelling(login: str, member_id: str, instead_of: str | None = None) -> Write:
    """The write that lists a member's login with similar logins. It fails if another member has
    this login, except the member `instead_of`, whom this one replaces.
    """
    item = LoginSpellingItem(*keys.login_spelling(login), member=member_id)
    return Write(item, _free_for(member_id, LoginSpellingItem.member, instead_of))


def put_email(email_hash: str, member_id: str, instead_of: str | None = None) -> Write:
    """The write by which an e-mail address finds this member. It fails if the address finds another
    member, except the member `instead_of`, whom this one replaces.
    """
    pointer = PointerItem(*keys.email(email_hash), member=member_id)
    return Write(pointer, _free_for(member_id, PointerItem.member, instead_of))


def _free_for(member_id: str, owner: UnicodeAttribute, instead_of: str | None) -> Condition:
    """The condition that a name has no owner, or one of these two members."""
    free: Condition = ABSENT | (owner == member_id)
    other: Condition = free | (owner == instead_of)
    return other if instead_of else free


def drop_login(name: str, member_id: str) -> Write:
    """The write that removes a member's login, so that another member can use it."""
    return Delete(PointerItem(*keys.login(name)), PointerItem.member == member_id)


def drop_spelling(login: str, member_id: str) -> Write:
    item = LoginSpellingItem(*keys.login_spelling(login))
    return Delete(item, LoginSpellingItem.member == member_id)


def drop_email(email_hash: str, member_id: str) -> Write:
    return Delete(PointerItem(*keys.email(email_hash)), PointerItem.member == member_id)


def put_code(member: Member, code: str) -> Write:
    """The write that gives a member a code, with the first name that visitors see. It fails if
    another member has the code.
    """
    first_name = (member.name or "").split(" ")[0][:LONGEST_FIRST_NAME] or None
    item = CodeItem(
        *keys.code(code),
        member=member.id,
        written=code,
        first_name=first_name,
        blocked=member.blocked,
    )
    return Write(item, ABSENT | (CodeItem.member == member.id))
