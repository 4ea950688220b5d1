"""What the images of a stream do not say themselves, read for all of them at once."""

from collections.abc import Sequence

from shared import buyers
from shared.outgoing import Known, people_in
from shared.store import keys, programs
from shared.store.accounts import AccountItem, account_of
from shared.store.images import MEMBER, Image
from shared.store.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading


def known_beside(images: Sequence[Image]) -> Known:
    """One round trip, and a second where staff changed somebody's group."""
    reading, people = Reading(), sorted(people_in(images))
    reading.fetch((ProgramItem, keys.active_program(DEFAULT)), *buyers.members_wanted(people))
    program = programs.active_from(reading.item(ProgramItem, keys.active_program(DEFAULT)))
    members = {name: member for name in people if (member := buyers.member(reading, name))}
    regrouped = [image.name for image in images if image.kind == MEMBER and _regrouped(image)]
    places = {name: keys.account(name, program.currency) for name in regrouped}
    reading.fetch(*((AccountItem, place) for place in places.values()))
    accounts = {name: account_of(name, program.currency, reading.item(AccountItem, place)) for name, place in places.items()}
    return Known(program, members, accounts)


def _regrouped(image: Image) -> bool:
    return (image.before.group if image.before else None) != image.after.group
