"""/v1/members/{id}/statements…: a member's months, frozen (specification: statement-frozen)."""

from shared.api.access import own_member
from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.portal.statements import statement_of, statements_page

handler = Api()


@handler.route("GET /v1/members/{id}/statements")
def list_statements(request: Request) -> Answer:
    page = request.page()
    statements, last = statements_page(own_member(request), page.limit, page.after)
    return Answer(page.listing(statements, last))


@handler.route("GET /v1/members/{id}/statements/{month}")
def get_statement(request: Request) -> Answer:
    month = request.path_month()
    return Answer(statement_of(own_member(request), month, request.query("currency")))
