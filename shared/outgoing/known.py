"""What the images of a stream do not say themselves, read for all of them at once."""

from collections.abc import Sequence

from shared.domain.members.member import GUEST
from shared.orders import attribution
from shared.outgoing.events import EventSource, people_in
from shared.store import keys
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading
from shared.store.stream_records import ACCOUNT, MEMBER, StreamRecord


def known_beside(images: Sequence[StreamRecord]) -> EventSource:
    """One round trip, and another where groups may have changed. Members have the shop's own ids, guests' are looked up."""
    reading, guests = (
        Reading(),
        sorted(name for name in people_in(images) if name.startswith(GUEST)),
    )
    reading.fetch((ProgramItem, keys.active_program(DEFAULT)), *attribution.members_wanted(guests))
    program = programs.active_from(reading.item(ProgramItem, keys.active_program(DEFAULT)))
    moved = (
        [image.after.member for image in images if image.kind == ACCOUNT] if program.groups else []
    )
    places = {
        image.name: keys.account(image.name, program.currency)
        for image in images
        if image.kind == MEMBER
    }
    reading.fetch(
        *attribution.members_wanted(moved), *((AccountItem, place) for place in places.values())
    )
    members = {
        name: member for name in (*guests, *moved) if (member := attribution.member(reading, name))
    }
    accounts = {
        name: account_of(name, program.currency, reading.item(AccountItem, place))
        for name, place in places.items()
    }
    return EventSource(program, members, accounts)
