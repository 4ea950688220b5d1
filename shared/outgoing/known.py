"""What the images of a stream do not say themselves, read for all of them at once."""

from collections.abc import Sequence

from shared.domain.member import GUEST
from shared.orders import buyers
from shared.outgoing.events import Known, people_in
from shared.store import keys, programs
from shared.store.accounts import AccountItem, account_of
from shared.store.images import ACCOUNT, MEMBER, Image
from shared.store.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading


def known_beside(images: Sequence[Image]) -> Known:
    """One round trip, and another where groups may have changed. Members have the shop's own ids, guests' are looked up."""
    reading, guests = Reading(), sorted(name for name in people_in(images) if name.startswith(GUEST))
    reading.fetch((ProgramItem, keys.active_program(DEFAULT)), *buyers.members_wanted(guests))
    program = programs.active_from(reading.item(ProgramItem, keys.active_program(DEFAULT)))
    moved = [image.after.member for image in images if image.kind == ACCOUNT] if program.groups else []
    places = {image.name: keys.account(image.name, program.currency) for image in images if image.kind == MEMBER}
    reading.fetch(*buyers.members_wanted(moved), *((AccountItem, place) for place in places.values()))
    members = {name: member for name in (*guests, *moved) if (member := buyers.member(reading, name))}
    accounts = {name: account_of(name, program.currency, reading.item(AccountItem, place)) for name, place in places.items()}
    return Known(program, members, accounts)
