"""/v1/referrals and /v1/members/{id}/friends: make a referral, end one, list a member's friends."""

from shared.api.access import MEMBER, own_member
from shared.api.http import Answer, Api
from shared.api.idempotency import idempotent
from shared.api.request import Request
from shared.api.staff_actions import staff_action_of
from shared.domain.instants import instant_text
from shared.domain.programs.program import LOGIN
from shared.members import referrals
from shared.members.friends import list_friends
from shared.members.profile import load_names, load_profile
from shared.members.referral_forms import REFERRAL_END_FORM, REFERRAL_FORM
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
