"""/v1/referrals and /v1/members/{id}/friends: who brought whom, made and ended by hand."""

from shared.api.access import own_member
from shared.api.http import Answer, Api, Request
from shared.api.idempotency import idempotent
from shared.api.staff_actions import reason_in, staff_action_of
from shared.domain.document import Document
from shared.domain.instants import instant_text
from shared.members import referrals
from shared.members.friends import friends_page
from shared.members.profile import people, profile
from shared.members.referrals import NOTHING, UNSPENT, LoginPair
from shared.store.attributions.referrals import Edge

handler = Api()


@handler.route("POST /v1/referrals")
@idempotent
def post_referral(request: Request) -> Answer:
    source = Document(request.body())
    pair, reason = (
        LoginPair(source.identifier("advocate_login"), source.identifier("friend_login")),
        reason_in(source),
    )
    source.refuse_unknown()
    source.finish()

    edge = referrals.refer(pair, staff_action_of(request, "referral_made", reason))

    return Answer(_shown(edge), 201)


@handler.route("DELETE /v1/referrals/{id}")
def delete_referral(request: Request) -> Answer:
    referral_id, source = request.path_id(), Document(request.body())
    take_back, reason = source.choice("take_back", (NOTHING, UNSPENT), NOTHING), reason_in(source)
    source.refuse_unknown()
    source.finish()

    edge = referrals.end(referral_id, take_back, staff_action_of(request, "referral_ended", reason))

    return Answer(_shown(edge))


@handler.route("GET /v1/members/{id}/friends")
def get_friends(request: Request) -> Answer:
    page, found = request.page(), profile(own_member(request))
    rows, last = friends_page(found.member.id, found.program.currency, page.limit, page.after)
    return Answer(page.listing(rows, last))


def _shown(edge: Edge) -> dict:
    names = people([], edge.advocate, edge.friend)
    return {
        "id": edge.id,
        "advocate": names.public(edge.advocate),
        "friend": names.public(edge.friend),
        "state": edge.state,
        "made_at": instant_text(edge.made_at),
        "ended_at": instant_text(edge.ended_at) if edge.ended_at else None,
    }
