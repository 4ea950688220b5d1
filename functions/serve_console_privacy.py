"""/console/members/{id}/export, /erase: staff exports or erases the data of a person."""

import json

from shared.api.files import file_headers, link_to_next
from shared.api.http import Answer
from shared.console.roles import HELP, STEER
from shared.console.site import Console, ConsoleRequest, path_segment
from shared.domain.document import FieldError, InvalidDocument
from shared.members.erasure import erase_member
from shared.members.export import export_page
from shared.members.profile import load_profile, require_stored_member
from shared.store.reading import Reading

handler = Console()


@handler.page("GET /console/members/{id}/export", HELP)
def get_export(request: ConsoleRequest) -> Answer:
    """A JSON file. If more data follow, the header `link` has the address of the next file."""
    page = request.http.page()
    member = require_stored_member(Reading(), request.http.path_id())
    items, last = export_page(member, page.after)
    name = "member-incomplete.json" if last or page.after else "member.json"
    return Answer(
        json.dumps(page.listing(items, last), ensure_ascii=False, indent=1),
        headers=file_headers(name) | link_to_next(request.http, last),
        content_type="application/json",
    )


@handler.page("GET /console/members/{id}/erase", STEER)
def get_erasure(request: ConsoleRequest) -> Answer:
    return request.page("erase.html", member=load_profile(request.http.path_id()).member)


@handler.page("POST /console/members/{id}/erase", STEER, form_on="GET /console/members/{id}/erase")
def post_erasure(request: ConsoleRequest) -> Answer:
    """Erases the member. Staff must type the member's id, because an erasure cannot be undone."""
    member_id = request.http.path_id()
    if request.http.form().get("typed") != member_id:
        raise InvalidDocument([FieldError("typed", "must be exactly the member's id")])
    erase_member(member_id, request.action("erasure", request.reason(required=False)))
    return request.redirect(f"/console/members/{path_segment(member_id)}", "erased")
