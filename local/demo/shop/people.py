"""Whoever is there when the shop opens for the first time, so that there is somebody to sign in as."""

from local.demo.shop.books import LoginTaken
from local.demo.shop.grapevine import ApiAway, ApiRefused
from local.demo.shop.sale import Counter, Signup
from local.demo.shop.year import PEOPLE, login_of

FIRST = 3


def settle_in(counter: Counter) -> None:
    """Each was sent by the one before; nothing happens where somebody is there already."""
    if counter.books.customers():
        return
    advocate = ""
    for name in PEOPLE[:FIRST]:
        login = login_of(name)
        try:
            counter.register(Signup(login, name, f"{login}@example.com", advocate, None))
        except (LoginTaken, ApiRefused, ApiAway):
            return
        advocate = login
