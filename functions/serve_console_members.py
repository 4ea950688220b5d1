"""/console/members… and /console/search: lists of members, the page of one member, and what staff
may do there.
"""

import secrets as random

from shared import secrets
from shared.api.http import Answer
from shared.console.adjustment import parse_adjustment
from shared.console.enrolment import enrol_member
from shared.console.listing import answer_list, parse_list_request
from shared.console.member_list import COLUMNS, FILTERS, load_members
from shared.console.member_page import load_member_page
from shared.console.member_tabs import HISTORY, TABS, load_tab
from shared.console.roles import HELP, LOOK, STEER
from shared.console.search import search_everything
from shared.console.several_members import BLOCK, DEEDS, change_several, load_chosen
from shared.console.site import Console, ConsoleRequest, path_segment
from shared.console.staff_accounts import emails_by_author
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.programs.group import Group
from shared.domain.programs.program import Program
from shared.mail.balance import request_balance_mail
from shared.members import blocking, referrals
from shared.members.group_assignment import assign_group
from shared.members.member_merge import merge_members, preview_merge
from shared.members.notes import LONGEST_NOTE, add_note, remove_note
from shared.members.profile import load_profile
from shared.members.referrals import NOTHING, UNSPENT, LoginPair
from shared.portal.staff_view import begin_view
from shared.settings import ShopSettings
from shared.wallet.adjustments import Adjustment, adjust

MEMBER, REFERRAL = "GET /console/members/{id}", "GET /console/members/{id}/referral"
MERGE = "GET /console/members/{id}/merge"
handler = Console()


@handler.page("GET /console/members", LOOK)
def get_members(request: ConsoleRequest) -> Answer:
    list_request = parse_list_request(request.http, *FILTERS)
    filters = list_request.filters
    return answer_list(
        request,
        "members.html",
        list_request,
        lambda limit, after: load_members(filters, secrets.hash_email, limit, after),
        COLUMNS,
    )


@handler.page("POST /console/members", STEER, form_on="GET /console/members")
def post_member(request: ConsoleRequest) -> Answer:
    """Enrols one customer by hand. If the form names a `deed`, it changes the chosen members
    instead, after a page on which staff confirms the change.
    """
    if request.http.form().get("deed") in DEEDS:
        return _change_several(request)
    action = request.action("member_enrolled")
    member = enrol_member(request.http.form(), secrets.hash_stored_email, action)
    return request.redirect(f"/console/members/{path_segment(member.public_id)}", "enrolled")


def _change_several(request: ConsoleRequest) -> Answer:
    form = request.http.form()
    chosen = load_chosen(form, request.http.now)
    changed = None
    if form.get("confirmed") == "yes":
        reason = request.reason(required=chosen.deed == BLOCK)
        changed = change_several(chosen, request.action(chosen.deed, reason))
    return request.page("several_members.html", chosen=chosen, changed=changed)


@handler.page("GET /console/search", LOOK)
def get_search(request: ConsoleRequest) -> Answer:
    """Redirects if exactly one member or order is found; if not, lists the results."""
    (query,) = parse_list_request(request.http, "q").filters.values()
    found = search_everything(query, secrets.hash_email)
    if found.only:
        return request.redirect(found.only)
    return request.page("search.html", query=query, found=found)


@handler.page(MEMBER, LOOK)
def get_member(request: ConsoleRequest) -> Answer:
    list_request = parse_list_request(request.http, "tab")
    after, tab = list_request.page.after, list_request.filters["tab"] or HISTORY
    if tab not in TABS:
        raise InvalidDocument([FieldError("tab", f"must be one of: {', '.join(TABS)}")])
    older = after if tab == HISTORY else ""
    page = load_member_page(request.http.path_id(), request.language, request.http.now, older)
    content = load_tab(tab, page.profile, request.language, after)
    last = page.older if tab == HISTORY else content.last
    return request.page(
        "member.html",
        page=page,
        member=page.profile.member,
        program=page.profile.program,
        links=f"{ShopSettings.load().base_url}/r/",
        by_hand=_assigned_groups(page.profile.program),
        once=random.token_urlsafe(9),
        older=None if last is None else list_request.address(last),
        newest=list_request.address() if after else None,
        tab=tab,
        content=content.values,
        longest_note=LONGEST_NOTE,
        emails=emails_by_author(),
    )


@handler.page("POST /console/members/{id}", HELP, form_on=MEMBER)
def post_note(request: ConsoleRequest) -> Answer:
    """Adds the note in the form, or removes the one with the number that the form names."""
    member_id, form = request.http.path_id(), request.http.form()
    number = form.get("remove", "")
    if number.isascii() and number.isdigit():
        remove_note(member_id, int(number[:4]), request.action("note_removed"))
        return _back(request, "note_removed")
    add_note(member_id, form.get("note", ""), request.action("note_added"))
    return _back(request, "note_added")


@handler.page("POST /console/members/{id}/block", HELP, form_on=MEMBER)
def post_block(request: ConsoleRequest) -> Answer:
    blocking.block_member(request.http.path_id(), request.action("block", request.reason()))
    return _back(request, "blocked")


@handler.page("POST /console/members/{id}/unblock", HELP, form_on=MEMBER)
def post_unblock(request: ConsoleRequest) -> Answer:
    action = request.action("unblock", request.reason(required=False))
    blocking.unblock_member(request.http.path_id(), action)
    return _back(request, "unblocked")


@handler.page("POST /console/members/{id}/adjust", STEER, form_on=MEMBER)
def post_adjustment(request: ConsoleRequest) -> Answer:
    """Posts the adjustment if staff has confirmed how its amount was understood. If not, the answer
    is a page that asks for the confirmation.
    """
    member_id, form = request.http.path_id(), request.http.form()
    profile = load_profile(member_id)
    typed = parse_adjustment(form, profile.program.currency, request.language)
    action = request.action("adjustment", request.reason())
    if not typed.is_confirmed:
        return request.page(
            "adjustment.html",
            member=profile.member,
            form=form,
            amount=typed.amount,
            signed=typed.shown(request.language),
            balance=profile.account.balance,
            currency=typed.currency,
        )
    adjust(Adjustment(member_id, typed.amount, form.get("once")), action)
    return _back(request, "adjusted")


@handler.page("POST /console/members/{id}/group", STEER, form_on=MEMBER)
def post_group(request: ConsoleRequest) -> Answer:
    group = request.http.form().get("group") or None
    action = request.action("group", request.reason(required=False))
    assign_group(request.http.path_id(), group, action)
    return _back(request, "grouped")


@handler.page("POST /console/members/{id}/refer", STEER, form_on=MEMBER)
def post_referral(request: ConsoleRequest) -> Answer:
    friend = load_profile(request.http.path_id()).member
    pair = LoginPair(request.http.form().get("advocate_login", ""), friend.login or "")
    referrals.make_referral(pair, request.action("referral_made", request.reason()))
    return _back(request, "referred")


@handler.page(REFERRAL, LOOK)
def get_referral(request: ConsoleRequest) -> Answer:
    """Shows what the end of the referral would change, before staff ends it."""
    member = load_profile(request.http.path_id()).member
    if member.referral is None:
        raise referrals.unknown_referral()
    return request.page(
        "referral.html",
        ending=referrals.preview_end(member.referral.id, request.http.now),
        member=member,
    )


@handler.page("POST /console/members/{id}/referral", STEER, form_on=REFERRAL)
def end_referral(request: ConsoleRequest) -> Answer:
    form = request.http.form()
    take_back = UNSPENT if form.get("take_back") == UNSPENT else NOTHING
    action = request.action("referral_ended", request.reason())
    referrals.end_referral(form.get("referral", ""), take_back, action)
    return _back(request, "referral_ended")


@handler.page(MERGE, STEER)
def get_merge(request: ConsoleRequest) -> Answer:
    """Finds the other member, then shows what the merge would change, before staff merges."""
    list_request = parse_list_request(request.http, "q", "other")
    query, other = list_request.filters["q"], list_request.filters["other"]
    other = request.sent.value("other", other)
    member_id = request.http.path_id()
    preview = preview_merge(member_id, other) if other else None
    member = preview.kept if preview else load_profile(member_id).member
    found = search_everything(query, secrets.hash_email).members if query else []
    return request.page(
        "merge.html",
        member=member,
        preview=preview,
        query=query,
        found=[one.member for one in found if not member.is_person(one.member.id)],
        now=request.http.now,
    )


@handler.page("POST /console/members/{id}/merge", STEER, form_on=MERGE)
def post_merge(request: ConsoleRequest) -> Answer:
    action = request.action("member_merged", request.reason())
    merge_members(request.http.path_id(), request.http.form().get("other", ""), action)
    return _back(request, "merged")


@handler.page("POST /console/members/{id}/mail-balance", HELP, form_on=MEMBER)
def post_mail_balance(request: ConsoleRequest) -> Answer:
    request_balance_mail(request.http.path_id(), request.http.now)
    return _back(request, "mailed")


@handler.page("POST /console/members/{id}/session", HELP, form_on=MEMBER)
def post_session(request: ConsoleRequest) -> Answer:
    """Redirects staff to the member's pages as the member sees them. For 15 minutes staff can look
    at these pages, and can change nothing there.
    """
    action = request.action("member_viewed")
    member_id, staff_id = request.http.path_id(), request.staff_member.id
    token = begin_view(secrets.pepper(), staff_id, member_id, action)
    return request.redirect(f"/rewards?token={path_segment(token)}")


def _assigned_groups(program: Program) -> list[Group]:
    """The groups to which staff assigns members."""
    return [group for group in program.groups if group.assigned]


def _back(request: ConsoleRequest, notice: str) -> Answer:
    return request.redirect(f"/console/members/{path_segment(request.http.path('id'))}", notice)
