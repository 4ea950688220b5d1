"""/v1/referrals, /v1/members/{id}/friends and /v1/orders/{id}/advocate: make a referral, end one,
list a member's friends, name the advocate of an order.
"""

from shared.api.access import MEMBER, own_member
from shared.api.answers import order_answer
from shared.api.http import Answer, Api
from shared.api.idempotency import idempotent
from shared.api.request import Request
from shared.api.staff_actions import staff_action_of
from shared.domain.instants import instant_text
from shared.domain.programs.program import LOGIN
from shared.members import referrals
from shared.members.friends import list_friends
from shared.members.order_advocates import (
    ADVOCATE_NAMED,
    NamedAdvocate,
    Naming,
    name_advocate,
    preview_advocate,
)
from shared.members.profile import load_names, load_profile
from shared.members.referral_forms import ADVOCATE_FORM, REFERRAL_END_FORM, REFERRAL_FORM
from shared.members.referrals import LoginPair
from shared.store.attributions.referrals import Edge

handler = Api()


@handler.route("POST /v1/referrals")
@idempotent
def post_referral(request: Request) -> Answer:
    form = REFERRAL_FORM.parse(request.body())

    pair = LoginPair(form.advocate_login, form.friend_login)
    edge = referrals.make_referral(pair, staff_action_of(request, "referral_made", form.reason))

    return Answer(_referral_answer(edge), 201)


@handler.route("DELETE /v1/referrals/{id}")
def delete_referral(request: Request) -> Answer:
    referral_id, form = request.path_id(), REFERRAL_END_FORM.parse(request.body())

    action = staff_action_of(request, "referral_ended", form.reason)
    edge = referrals.end_referral(referral_id, form.take_back, action)

    return Answer(_referral_answer(edge), 202 if edge.take_back else 200)


@handler.route("PUT /v1/orders/{id}/advocate")
@idempotent
def put_advocate(request: Request) -> Answer:
    """Names the advocate of an order. With `dry_run` the answer is the same and nothing is written."""
    form = ADVOCATE_FORM.parse(request.body())
    naming = Naming(request.path_id(), form.advocate_login, form.later_orders)
    if request.flag("dry_run"):
        return Answer(_advocate_answer(preview_advocate(naming, request.now)))
    action = staff_action_of(request, ADVOCATE_NAMED, form.reason)
    return Answer(_advocate_answer(name_advocate(naming, action)))


@handler.route("GET /v1/members/{id}/friends")
def get_friends(request: Request) -> Answer:
    page, profile = request.page(), load_profile(own_member(request))
    currency = profile.program.currency
    shown_as = profile.program.friends_shown_as if request.caller.scope == MEMBER else LOGIN
    friends, last = list_friends(profile.member.id, currency, shown_as, page.limit, page.after)
    return Answer(page.listing(friends, last))


def _referral_answer(edge: Edge) -> dict[str, object]:
    names = load_names([], edge.advocate, edge.friend)
    return {
        "id": edge.id,
        "advocate": names.public(edge.advocate),
        "friend": names.public(edge.friend),
        "state": edge.state,
        "made_at": instant_text(edge.made_at),
        "ended_at": instant_text(edge.ended_at) if edge.ended_at else None,
    }


def _advocate_answer(named: NamedAdvocate) -> dict[str, object]:
    before, after = named.groups
    return order_answer(*named.evaluation) | {
        "advocate": named.advocate.public_id,
        "volume": named.volume,
        "group": {"before": before.id if before else None, "after": after.id if after else None},
        "later_orders": named.later_orders,
        "existing_customer": named.known_customer,
    }
