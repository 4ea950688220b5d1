"""GET /v1/members/{id}/export and DELETE /v1/members/{id}: what is kept of a person, told to them or forgotten."""

from shared import buyers
from shared.erasing import erase, tokens_of
from shared.http import Answer, Api, Request
from shared.levers import act_of, read_reason_if_any
from shared.problem import unknown_member
from shared.store import keys, person
from shared.store.links import VisitorItem
from shared.store.reading import Reading

handler = Api()


@handler.route("GET /v1/members/{id}/export")
def export_member(request: Request) -> Answer:
    page, reading = request.page(), Reading()
    member = buyers.member(reading, request.path_id())
    if member is None:
        raise unknown_member()

    items, last = person.held(member, page.after)
    if not page.after:
        items = [*_clicks(reading, tokens_of(reading, member)), *items]

    return Answer(page.listing(items, last))


@handler.route("DELETE /v1/members/{id}")
def delete_member(request: Request) -> Answer:
    member_id, reason = request.path_id(), read_reason_if_any(request)

    erase(member_id, act_of(request, "erasure", reason))

    return Answer(None, 204)


def _clicks(reading: Reading, tokens: list[str]) -> list[dict]:
    """Links that the person followed; they are kept by the browser's token, not by the member."""
    found = (reading.item(VisitorItem, keys.visitor(token)) for token in tokens)
    return [person.told(item.serialize()) for item in found if item]
