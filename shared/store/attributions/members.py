"""Members, their edges and the names they are found by, in the attributions table."""

from datetime import datetime

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from shared.domain.instants import instant_text, parse_instant
from shared.domain.members.member import Member
from shared.domain.rewards.reward import Referral
from shared.store import keys
from shared.store.attributions.links import CodeItem
from shared.store.engine import AttributionsItem, CompactJson, Write, read

LONGEST_FIRST_NAME = 40


class MemberItem(AttributionsItem):
    """A person, or with `same_as` only another id of one."""

    same_as = UnicodeAttribute(null=True)
    alias = UnicodeAttribute(null=True)
    login = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    email_hash = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    code = UnicodeAttribute(null=True)
    registered = BooleanAttribute(default=False)
    blocked = BooleanAttribute(default=False)
    blocked_at = UnicodeAttribute(null=True)
    forfeiting = BooleanAttribute(null=True)
    erased = BooleanAttribute(null=True)
    group = UnicodeAttribute(null=True)
    signed_up_at = UnicodeAttribute(null=True)
    language = UnicodeAttribute(null=True)
    chosen_language = UnicodeAttribute(null=True)
    referral = CompactJson(null=True)
    upline = CompactJson(null=True)
    browsers = CompactJson(null=True)
    revision = NumberAttribute(default=0)


class PointerItem(AttributionsItem):
    """A login or an e-mail's hash, and the member it belongs to."""

    member = UnicodeAttribute()


class ReferralItem(AttributionsItem):
    """An edge from friend to advocate with its evidence; end-dated, never deleted. `take_back` is what its end still takes."""

    advocate = UnicodeAttribute()
    friend = UnicodeAttribute()
    made_at = UnicodeAttribute()
    evidence = CompactJson()
    ended_at = UnicodeAttribute(null=True)
    take_back = CompactJson(null=True)


class FriendItem(AttributionsItem):
    """The same edge in its advocate's list."""

    referral = UnicodeAttribute()
    made_at = UnicodeAttribute()
    ended_at = UnicodeAttribute(null=True)


def same_as(member_id: str) -> str | None:
    """The id under which a member is kept who goes by another one too; `None` for every other id."""
    key = keys.member(member_id)
    item = read([(MemberItem, key)]).get(key)
    return item.same_as if item is not None else None


def member_of(item: MemberItem) -> Member:
    referral = item.referral
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
        blocked_at=_instant(item.blocked_at),
        forfeiting=bool(item.forfeiting),
        erased=bool(item.erased),
        group=item.group,
        signed_up_at=_instant(item.signed_up_at),
        language=item.language,
        chosen_language=item.chosen_language,
        referral=_referral_of(referral) if referral else None,
        upline=tuple(item.upline or ()),
        browsers=tuple(item.browsers or ()),
        revision=int(item.revision),
    )


def _referral_of(row: dict) -> Referral:
    return Referral(
        row["id"],
        row["advocate"],
        parse_instant(row["made_at"]),
        _instant(row.get("clicked_at")),
        row.get("by_staff", False),
    )


def _referral_from(referral: Referral) -> dict:
    row = {
        "id": referral.id,
        "advocate": referral.advocate,
        "made_at": instant_text(referral.made_at),
        "clicked_at": _text(referral.clicked_at),
        "by_staff": referral.by_staff,
    }
    return {name: value for name, value in row.items() if value}


def put_member(after: Member) -> Write:
    """The member as it becomes, where it still is what was read."""
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
        blocked_at=_text(after.blocked_at),
        forfeiting=after.forfeiting or None,
        erased=after.erased or None,
        group=after.group,
        signed_up_at=_text(after.signed_up_at),
        language=after.language,
        chosen_language=after.chosen_language,
        referral=_referral_from(after.referral) if after.referral else None,
        upline=list(after.upline) or None,
        browsers=list(after.browsers) or None,
        revision=after.revision + 1,
    )
    unchanged = (
        MemberItem.revision == after.revision if after.revision else MemberItem.pk.does_not_exist()
    )
    return Write(item, unchanged)


def put_alias(alias: str, member_id: str) -> Write:
    """Another id of a member, where nobody has it."""
    return Write(
        MemberItem(*keys.member(alias), same_as=member_id, revision=1),
        MemberItem.pk.does_not_exist(),
    )


def put_login(name: str, member_id: str) -> Write:
    item = PointerItem(*keys.login(name), member=member_id)
    return Write(item, PointerItem.pk.does_not_exist() | (PointerItem.member == member_id))


def put_email(email_hash: str, member_id: str, instead_of: str | None = None) -> Write:
    """Who is found by an e-mail; only over the pointer that was read."""
    free = PointerItem.pk.does_not_exist() | (PointerItem.member == member_id)
    return Write(
        PointerItem(*keys.email(email_hash), member=member_id),
        free | (PointerItem.member == instead_of) if instead_of else free,
    )


def drop_login(name: str, member_id: str) -> Write:
    """A login given up; another may take it."""
    return Write(PointerItem(*keys.login(name)), PointerItem.member == member_id, delete=True)


def put_code(member: Member) -> Write:
    """A code and the first name that visitors see, where nobody else has the code."""
    first_name = (member.name or "").split(" ")[0][:LONGEST_FIRST_NAME] or None
    item = CodeItem(
        *keys.code(member.code), member=member.id, first_name=first_name, blocked=member.blocked
    )
    return Write(item, CodeItem.pk.does_not_exist() | (CodeItem.member == member.id))


def put_edge(friend_id: str, referral: Referral, evidence: dict) -> list[Write]:
    """A new edge and its line in the advocate's list."""
    made_at = instant_text(referral.made_at)
    edge = ReferralItem(
        *keys.referral(referral.id),
        advocate=referral.advocate,
        friend=friend_id,
        made_at=made_at,
        evidence=evidence,
    )
    line = FriendItem(
        *keys.friend(referral.advocate, friend_id), referral=referral.id, made_at=made_at
    )
    return [Write(edge, ReferralItem.pk.does_not_exist()), Write(line)]


def _text(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant else None


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None
