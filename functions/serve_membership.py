"""/v1/members/{id}/group: staff puts an advocate into a group of their own, or takes them out."""

import os
from dataclasses import replace

from shared.answers import whole_member_answer
from shared.domain.act import Act
from shared.domain.document import Document, Fault, Invalid, identifier
from shared.domain.program import Program
from shared.http import Answer, Api, Request
from shared.levers import act_of
from shared.profile import Profile, profile
from shared.store import engine, members
from shared.store.changes import put_change

handler = Api()


@handler.route("PUT /v1/members/{id}/group")
def put_group(request: Request) -> Answer:
    member_id, source = request.path_id(), Document(request.body())
    group = source.field("group", None, identifier)
    if "group" not in source.value:
        source.fault("group", "is required; null takes the member out of a group")
    source.refuse_unknown()
    source.finish()

    found = engine.retrying(lambda: _assign(member_id, group, act_of(request, "group")))

    return Answer(whole_member_answer(found.member, found.account, found.program, os.environ["BASE_URL"], found.names))


def _assign(member_id: str, group: str | None, act: Act) -> Profile:
    found = profile(member_id)
    _check(found.program, group)
    if found.member.group == group:
        return found
    after = replace(found.member, group=group)
    told = put_change(act, {"member": after.public_id}, {"group": found.member.group}, {"group": group})
    engine.write([members.put_member(after), told])
    return replace(found, member=after)


def _check(program: Program, group: str | None) -> None:
    named = program.group_named(group)
    if group is None or (named and named.assigned):
        return
    by_hand = ", ".join(repr(group.id) for group in program.groups if group.assigned) or "none"
    raise Invalid([Fault("group", f"must be null or a group that staff puts members into; the program has: {by_hand}")])
