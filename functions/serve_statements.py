"""/v1/members/{id}/statements…: a member's closed months (specification: statement-frozen)."""

from shared.api.access import MEMBER, own_member
from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.members.profile import load_profile
from shared.portal.statements import load_statement, load_statement_page

handler = Api()


@handler.route("GET /v1/members/{id}/statements")
def list_statements(request: Request) -> Answer:
    page, profile = request.page(), load_profile(own_member(request))
    statements, last = load_statement_page(profile, page.limit, page.after)
    return Answer(page.listing(statements, last))


@handler.route("GET /v1/members/{id}/statements/{month}")
def get_statement(request: Request) -> Answer:
    month, profile = request.path_month(), load_profile(own_member(request))
    for_shop = request.caller.scope != MEMBER
    return Answer(load_statement(profile, month, request.query("currency"), for_shop=for_shop))
