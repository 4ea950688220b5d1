"""The ids by which people are named to others: the shop's own, and of guests one that tells no browser's token."""

import base64
import hashlib

from shared.domain.members.member import GUEST, Member, guest_id

HASH_BYTES = 16


def told_id(member_id: str, member: Member | None) -> str:
    """The shop's id of somebody; a guest known by a visitor's token alone is told by its hash, for the token opens quotes."""
    shown = member.public_id if member else member_id
    if not shown.startswith(GUEST) or (
        member and member.email_hash and shown == guest_id(member.email_hash, None)
    ):
        return shown
    digest = hashlib.sha256(shown.encode()).digest()[:HASH_BYTES]
    return GUEST + base64.urlsafe_b64encode(digest).decode().rstrip("=")
