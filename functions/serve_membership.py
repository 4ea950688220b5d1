"""/v1/members/{id}/group, /block, /unblock, /merge and /adjustments: what staff may do to one
member.
"""

from shared.api.bodies import ADJUSTMENT_FORM, GROUP_FORM, MERGE_FORM
from shared.api.http import Answer, Api
from shared.api.idempotency import HEADER, idempotent
from shared.api.member_answers import entry_answer, whole_member_answer
from shared.api.request import Request
from shared.api.staff_actions import read_reason, read_reason_if_any, staff_action_of
from shared.members import blocking
from shared.members.group_assignment import assign_group
from shared.members.member_merge import merge_members
from shared.members.profile import load_names, load_profile
from shared.settings import ShopSettings
from shared.wallet.adjustments import Adjustment, adjust

handler = Api()


@handler.route("PUT /v1/members/{id}/group")
def put_group(request: Request) -> Answer:
    member_id, form = request.path_id(), GROUP_FORM.parse(request.body())

    assign_group(member_id, form.group, staff_action_of(request, "group", form.reason))

    return _member_answer(member_id)


@handler.route("POST /v1/members/{id}/block")
def post_block(request: Request) -> Answer:
    member_id, reason = request.path_id(), read_reason(request)

    finished = blocking.block_member(member_id, staff_action_of(request, "block", reason))

    return _member_answer(member_id, 200 if finished else 202)


@handler.route("POST /v1/members/{id}/unblock")
def post_unblock(request: Request) -> Answer:
    member_id, reason = request.path_id(), read_reason_if_any(request)

    finished = blocking.unblock_member(member_id, staff_action_of(request, "unblock", reason))

    return _member_answer(member_id, 200 if finished else 202)


@handler.route("POST /v1/members/{id}/merge")
def post_merge(request: Request) -> Answer:
    member_id, form = request.path_id(), MERGE_FORM.parse(request.body())

    action = staff_action_of(request, "member_merged", form.reason)
    finished = merge_members(member_id, form.closed, action)

    return _member_answer(member_id, 200 if finished else 202)


@handler.route("POST /v1/members/{id}/adjustments")
@idempotent
def post_adjustment(request: Request) -> Answer:
    member_id, form = request.path_id(), ADJUSTMENT_FORM.parse(request.body())

    adjustment = Adjustment(member_id, form.amount, request.headers.get(HEADER))
    entry = adjust(adjustment, staff_action_of(request, "adjustment", form.reason))

    return Answer(entry_answer(entry, load_names([entry], entry.member)), 201)


def _member_answer(member_id: str, status: int = 200) -> Answer:
    """The member. The status 202 says that a block or unblocking is finished after the answer."""
    profile = load_profile(member_id)
    return Answer(
        whole_member_answer(
            profile.member,
            profile.account,
            profile.program,
            ShopSettings.load().base_url,
            profile.names,
        ),
        status,
    )
