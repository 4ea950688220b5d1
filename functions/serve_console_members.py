"""/console/members…: members looked for, one member whole, and staff's levers on them."""

import secrets as random

from shared import secrets
from shared.api.access import issue_session
from shared.api.http import Answer
from shared.console import amount_field
from shared.console.listing import listing, view_of
from shared.console.member import member_page
from shared.console.members import COLUMNS, STATUSES, members_of
from shared.console.roles import HELP, LOOK, STEER
from shared.console.site import Console, Desk, segment
from shared.mail import delivery
from shared.members import blocking, referrals
from shared.members.group_assignment import assign
from shared.members.profile import profile
from shared.members.referrals import NOTHING, UNSPENT, LoginPair
from shared.store.programs import programs
from shared.wallet.adjustments import Adjustment, adjust

handler = Console()


@handler.page("GET /console/members", LOOK)
def get_members(desk: Desk) -> Answer:
    view = view_of(desk.request, "q", "status", "group")
    program = programs.active_from(programs.active_item(programs.DEFAULT))
    return listing(
        desk,
        "members.html",
        view,
        lambda limit, after: members_of(view.filters, secrets.hash_email, limit, after),
        COLUMNS,
        statuses=STATUSES,
        groups=program.groups,
        by_hand=[group for group in program.groups if group.assigned],
    )


@handler.page("GET /console/members/{id}", LOOK)
def get_member(desk: Desk) -> Answer:
    view = view_of(desk.request)
    shown = member_page(desk.request.path_id(), desk.language, desk.request.now, view.page.after)
    return desk.page(
        "member.html",
        shown=shown,
        member=shown.found.member,
        program=shown.found.program,
        by_hand=[group for group in shown.found.program.groups if group.assigned],
        once=random.token_urlsafe(9),
        older=None if shown.older is None else view.address(shown.older),
        newest=view.address() if view.page.after else None,
    )


@handler.page("POST /console/members/{id}/block", HELP)
def post_block(desk: Desk) -> Answer:
    blocking.block(desk.request.path_id(), desk.act("block", desk.reason()))
    return _back(desk, "blocked")


@handler.page("POST /console/members/{id}/unblock", HELP)
def post_unblock(desk: Desk) -> Answer:
    blocking.unblock(desk.request.path_id(), desk.act("unblock", desk.reason(required=False)))
    return _back(desk, "unblocked")


@handler.page("POST /console/members/{id}/adjust", STEER)
def post_adjustment(desk: Desk) -> Answer:
    member_id, form = desk.request.path_id(), desk.request.form()
    amount = amount_field.amount_of(form, profile(member_id).program.currency)
    adjust(Adjustment(member_id, amount, form.get("once")), desk.act("adjustment", desk.reason()))
    return _back(desk, "adjusted")


@handler.page("POST /console/members/{id}/group", STEER)
def post_group(desk: Desk) -> Answer:
    group = desk.request.form().get("group") or None
    assign(desk.request.path_id(), group, desk.act("group", desk.reason(required=False)))
    return _back(desk, "grouped")


@handler.page("POST /console/members/{id}/refer", STEER)
def post_referral(desk: Desk) -> Answer:
    friend = profile(desk.request.path_id()).member
    pair = LoginPair(desk.request.form().get("advocate_login", ""), friend.login or "")
    referrals.refer(pair, desk.act("referral_made", desk.reason()))
    return _back(desk, "referred")


@handler.page("GET /console/members/{id}/referral", LOOK)
def get_referral(desk: Desk) -> Answer:
    """What its end would change, before somebody says so."""
    member = profile(desk.request.path_id()).member
    if member.referral is None:
        raise referrals.unknown_referral()
    return desk.page(
        "referral.html",
        ending=referrals.ending(member.referral.id, desk.request.now),
        member=member,
    )


@handler.page("POST /console/members/{id}/referral", STEER)
def end_referral(desk: Desk) -> Answer:
    form = desk.request.form()
    take_back = UNSPENT if form.get("take_back") == UNSPENT else NOTHING
    referrals.end(form.get("referral", ""), take_back, desk.act("referral_ended", desk.reason()))
    return _back(desk, "referral_ended")


@handler.page("POST /console/members/{id}/mail-balance", HELP)
def post_mail_balance(desk: Desk) -> Answer:
    delivery.ask_balance(desk.request.path_id(), desk.request.now)
    return _back(desk, "mailed")


@handler.page("POST /console/members/{id}/session", HELP)
def post_session(desk: Desk) -> Answer:
    """The member's own pages, as they see them, for a quarter of an hour."""
    session = issue_session(
        secrets.pepper(), profile(desk.request.path_id()).member.id, desk.request.now
    )
    return desk.go(f"/rewards?token={segment(session.token)}")


def _back(desk: Desk, said: str) -> Answer:
    return desk.go(f"/console/members/{segment(desk.request.path('id'))}", said)
