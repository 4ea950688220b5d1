"""/v1/members/{id}: the shop registers a member and asks what they own and why."""

import os
from functools import partial

from shared import secrets
from shared.api.access import issue_session, own_member
from shared.api.answers import balance_answer, entry_answer, member_answer, whole_member_answer
from shared.api.http import Answer, Api, Request
from shared.api.idempotency import idempotent
from shared.domain.instants import instant_text
from shared.identity import email_hash
from shared.members.profile import credit, held, living_member, people, profile
from shared.members.registration import register
from shared.members.registration_form import parse_form
from shared.store.ledger import accounts
from shared.store.reading import Reading

api = handler = Api()


@api.route("PUT /v1/members/{id}")
@idempotent
def put_member(request: Request) -> Answer:
    member_id, form = (
        request.path_id(),
        parse_form(request.body(), partial(email_hash, secrets.pepper())),
    )

    register(member_id, form, request.now)

    found = profile(member_id)
    return Answer(
        member_answer(
            found.member, found.account, found.program, os.environ["BASE_URL"], found.names
        )
    )


@api.route("GET /v1/members/{id}")
def get_member(request: Request) -> Answer:
    found = profile(own_member(request))
    return Answer(
        whole_member_answer(
            found.member, found.account, found.program, os.environ["BASE_URL"], found.names
        )
    )


@api.route("GET /v1/members/{id}/entries")
def get_entries(request: Request) -> Answer:
    page, found = request.page(), profile(own_member(request))
    rows, last = accounts.entries(found.member.id, page.limit, page.after)
    names = people(rows, found.member.id)
    return Answer(page.listing([entry_answer(row, names) for row in rows], last))


@api.route("GET /v1/members/{id}/balance")
def get_balance(request: Request) -> Answer:
    at, found = request.instant("as_of") or request.now, profile(own_member(request))
    available, waiting = credit(found.account, at)
    return Answer(
        balance_answer(found.program.currency, at, available, held(found.account, at), waiting)
    )


@api.route("POST /v1/members/{id}/session")
def post_session(request: Request) -> Answer:
    member = living_member(Reading(), request.path_id())

    session = issue_session(secrets.pepper(), member.id, request.now)

    return Answer({"token": session.token, "expires_at": instant_text(session.expires_at)})
