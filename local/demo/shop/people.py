"""Whoever is there when the shop opens for the first time, so that there is somebody to sign in as."""

from local.demo.shop.database import LoginTaken
from local.demo.shop.grapevine_client import ApiUnreachable, ApiRefused
from local.demo.shop.storefront import Storefront, Signup
from local.demo.shop.simulated_year import PEOPLE, login_of

FIRST = 3


def settle_in(counter: Storefront) -> None:
    """Each was sent by the one before; nothing happens where somebody is there already."""
    if counter.books.customers():
        return
    advocate = ""
    for name in PEOPLE[:FIRST]:
        login = login_of(name)
        try:
            counter.register(Signup(login, name, f"{login}@example.com", advocate, None))
        except (LoginTaken, ApiRefused, ApiUnreachable):
            return
        advocate = login
