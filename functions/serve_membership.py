"""/v1/members/{id}/group, /block, /unblock and /adjustments: staff's levers on one member."""

import os

from shared.api.answers import entry_answer, whole_member_answer
from shared.api.http import Answer, Api, Request
from shared.api.idempotency import HEADER, idempotent
from shared.api.staff_actions import read_reason, read_reason_if_any, reason_in, staff_action_of
from shared.domain.document import REQUIRED, Document, identifier
from shared.domain.money import MAX_AMOUNT
from shared.members import blocking
from shared.members.group_assignment import assign
from shared.members.profile import people, profile
from shared.wallet.adjustments import Adjustment, adjust

handler = Api()


@handler.route("PUT /v1/members/{id}/group")
def put_group(request: Request) -> Answer:
    member_id, source = request.path_id(), Document(request.body())
    reason = reason_in(source, None)
    group = source.field("group", None, identifier)
    if "group" not in source.value:
        source.fault("group", "is required; null takes the member out of a group")
    source.refuse_unknown()
    source.finish()

    assign(member_id, group, staff_action_of(request, "group", reason))

    return _member(member_id)


@handler.route("POST /v1/members/{id}/block")
def post_block(request: Request) -> Answer:
    member_id, reason = request.path_id(), read_reason(request)

    blocking.block(member_id, staff_action_of(request, "block", reason))

    return _member(member_id)


@handler.route("POST /v1/members/{id}/unblock")
def post_unblock(request: Request) -> Answer:
    member_id, reason = request.path_id(), read_reason_if_any(request)

    blocking.unblock(member_id, staff_action_of(request, "unblock", reason))

    return _member(member_id)


@handler.route("POST /v1/members/{id}/adjustments")
@idempotent
def post_adjustment(request: Request) -> Answer:
    member_id, source = request.path_id(), Document(request.body())
    amount, reason = source.field("amount", REQUIRED, _signed), reason_in(source)
    source.refuse_unknown()
    source.finish()

    wanted = Adjustment(member_id, amount, request.headers.get(HEADER))
    entry = adjust(wanted, staff_action_of(request, "adjustment", reason))

    return Answer(entry_answer(entry, people([entry], entry.member)), 201)


def _signed(value: object) -> int:
    if type(value) is int and 0 < abs(value) <= MAX_AMOUNT:
        return value
    raise ValueError(
        f"must be a whole number of minor units from -{MAX_AMOUNT} to {MAX_AMOUNT}, other than 0"
    )


def _member(member_id: str) -> Answer:
    found = profile(member_id)
    return Answer(
        whole_member_answer(
            found.member, found.account, found.program, os.environ["BASE_URL"], found.names
        )
    )
