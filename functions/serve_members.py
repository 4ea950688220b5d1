"""/v1/members…: list members, register one, read a member's entries and balance, open a session."""

from shared import secrets
from shared.api.access import MEMBER, issue_session, own_member
from shared.api.http import Answer, Api
from shared.api.idempotency import idempotent
from shared.api.member_answers import (
    balance_answer,
    entry_answer,
    member_answer,
    whole_member_answer,
)
from shared.api.request import Request
from shared.domain.instants import instant_text
from shared.members.directory import list_members, load_advocates
from shared.members.member_search import MemberSearch
from shared.members.profile import credit_at, held_at, load_profile, require_living_member
from shared.members.registration import register_member
from shared.members.registration_form import parse_member_form
from shared.members.shown_names import load_all_names, load_shown_names
from shared.settings import ShopSettings
from shared.store.attributions.directory import JOINED
from shared.store.ledger import accounts
from shared.store.reading import Reading

api = handler = Api()


@api.route("GET /v1/members")
def get_members(request: Request) -> Answer:
    search = MemberSearch(
        query=(request.query("query") or "").strip(),
        group=request.query("group") or "",
        status=request.query("status") or "",
        sort=request.query("sort") or JOINED,
    )
    page = request.page(**search._asdict())
    found = list_members(search, secrets.hash_email, page.limit, page.after)
    names = load_advocates(found.members)
    items = [
        whole_member_answer(
            one.member, one.account, found.program, ShopSettings.load().base_url, names
        )
        for one in found.members
    ]
    return Answer(page.listing(items, found.last))


@api.route("PUT /v1/members/{id}")
@idempotent
def put_member(request: Request) -> Answer:
    member_id = request.path_id()
    form = parse_member_form(request.body(), secrets.hash_stored_email)

    register_member(member_id, form, request.now)

    profile = load_profile(member_id)
    return Answer(
        member_answer(
            profile.member,
            profile.account,
            profile.program,
            ShopSettings.load().base_url,
            profile.names,
        )
    )


@api.route("GET /v1/members/{id}")
def get_member(request: Request) -> Answer:
    profile = load_profile(own_member(request))
    return Answer(
        whole_member_answer(
            profile.member,
            profile.account,
            profile.program,
            ShopSettings.load().base_url,
            profile.names,
        )
    )


@api.route("GET /v1/members/{id}/entries")
def get_entries(request: Request) -> Answer:
    page, profile = request.page(), load_profile(own_member(request))
    entries, last = accounts.list_entries(profile.member.id, page.limit, page.after)
    to_member = request.caller.scope == MEMBER
    names = (load_shown_names if to_member else load_all_names)(profile, entries)
    return Answer(page.listing([entry_answer(entry, names) for entry in entries], last))


@api.route("GET /v1/members/{id}/balance")
def get_balance(request: Request) -> Answer:
    at, profile = request.instant("as_of") or request.now, load_profile(own_member(request))
    available, pending = credit_at(profile.account, at)
    held = held_at(profile.account, at)
    return Answer(balance_answer(profile.program.currency, available, held, pending))


@api.route("POST /v1/members/{id}/session")
def post_session(request: Request) -> Answer:
    member = require_living_member(Reading(), request.path_id())

    session = issue_session(secrets.pepper(), member.id, request.now)

    return Answer({"token": session.token, "expires_at": instant_text(session.expires_at)})
