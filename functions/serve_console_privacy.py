"""/console/members/{id}/export, /erase: what is kept of a person, handed out or forgotten."""

import json
from urllib.parse import urlencode

from shared.api.http import Answer
from shared.api.pagination import cursor
from shared.console.roles import HELP, STEER
from shared.console.site import Console, Desk, segment
from shared.domain.document import FieldError, InvalidDocument
from shared.members.erasure import erase
from shared.members.export import export_page
from shared.members.profile import profile

handler = Console()


@handler.page("GET /console/members/{id}/export", HELP)
def get_export(desk: Desk) -> Answer:
    """A file; where the tables are too large to look through at once, `link` says where the next one begins."""
    page = desk.request.page()
    items, last = export_page(profile(desk.request.path_id()).member, page.after)
    headers = {
        "content-disposition": 'attachment; filename="member.json"',
        "x-content-type-options": "nosniff",
    }
    if last is not None:
        headers["link"] = (
            f'<{page.path}?{urlencode({"cursor": cursor(page.path, last)})}>; rel="next"'
        )
    return Answer(
        json.dumps(page.listing(items, last), ensure_ascii=False, indent=1),
        headers=headers,
        content_type="application/json",
    )


@handler.page("GET /console/members/{id}/erase", STEER)
def get_erasure(desk: Desk) -> Answer:
    return desk.page("erase.html", member=profile(desk.request.path_id()).member)


@handler.page("POST /console/members/{id}/erase", STEER)
def post_erasure(desk: Desk) -> Answer:
    """Only for whoever types the id: it cannot be undone."""
    member_id = desk.request.path_id()
    if desk.request.form().get("typed") != member_id:
        raise InvalidDocument([FieldError("typed", "must be the member's id, letter by letter")])
    erase(member_id, desk.act("erasure", desk.reason(required=False)))
    return desk.go(f"/console/members/{segment(member_id)}", "erased")
