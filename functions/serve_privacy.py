"""GET /v1/members/{id}/export and DELETE /v1/members/{id}: export a member's data, and erase it."""

from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.api.staff_actions import read_reason_if_any, staff_action_of
from shared.members.erasure import erase_member
from shared.members.export import export_page
from shared.members.profile import require_stored_member
from shared.store.reading import Reading

handler = Api()


@handler.route("GET /v1/members/{id}/export")
def export_member(request: Request) -> Answer:
    page, member = request.page(), require_stored_member(Reading(), request.path_id())

    items, last = export_page(member, page.after)

    return Answer(page.listing(items, last))


@handler.route("DELETE /v1/members/{id}")
def delete_member(request: Request) -> Answer:
    member_id, reason = request.path_id(), read_reason_if_any(request)

    erase_member(member_id, staff_action_of(request, "erasure", reason))

    return Answer(None, 204)
