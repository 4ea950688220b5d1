"""Enrols customers of connected stores as members (specification: connected-customers)."""

from datetime import datetime

from shared import secrets
from shared.connectors.connector import StoreCustomer
from shared.domain.document import InvalidDocument
from shared.domain.instants import instant_text
from shared.domain.members.email_address import is_email_address
from shared.members.registration import register_member
from shared.members.registration_form import parse_member_form
from shared.orders import attribution
from shared.problem import Conflict
from shared.store import keys
from shared.store.attributions.members import PointerItem
from shared.store.reading import Reading


def enrol_customer(customer: StoreCustomer, provider: str, at: datetime) -> bool:
    """Registers a customer as a member, under the id that the store's orders name. Returns whether
    they are new.

    A customer who is a member already, by id or by e-mail address, is not changed: the shop itself
    has sent their data. A member who joined by the address alone gets the store's id. The login is
    the e-mail address, as is usual in such shops.
    """
    if _is_member(customer):
        return False
    fallback = f"{provider}-{customer.id}"
    for login in dict.fromkeys((customer.email or fallback, fallback)):
        try:
            form = parse_member_form(_form(customer, login, at), secrets.hash_email)
            register_member(customer.id, form, at)
        except (Conflict, InvalidDocument):
            continue  # the login is taken, or the address is invalid
        return True
    return False


def _is_member(customer: StoreCustomer) -> bool:
    reading = Reading()
    member = attribution.find_current_member(reading, customer.id)
    if member and (member.registered or member.erased):
        return True
    if not _email_of(customer):
        return False
    pointer = reading.item(PointerItem, keys.email(secrets.hash_email(customer.email or "")))
    holder = attribution.find_current_member(reading, pointer.member) if pointer else None
    return bool(holder and holder.registered and not holder.known_by_address)


def _form(customer: StoreCustomer, login: str, at: datetime) -> dict[str, object]:
    told = {
        "login": login,
        "email": _email_of(customer),
        "name": customer.name,
        "language": customer.language,
        "signed_up_at": instant_text(min(customer.since, at)) if customer.since else None,
    }
    return {name: value for name, value in told.items() if value}


def _email_of(customer: StoreCustomer) -> str | None:
    return customer.email if customer.email and is_email_address(customer.email) else None
