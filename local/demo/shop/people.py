"""The names of the demo shop's customers, and the registration of the first ones."""

from local.demo.shop.database import LoginTaken
from local.demo.shop.storefront import Signup, Storefront
from web.clients.grapevine import Problem, Unreachable

FIRST_CUSTOMERS = 3
NAMES = (
    "Mia Lindqvist,Jonas Berger,Lea Martin,Otto Haas,Yara Nasser,Emil Novak,Sofia Rossi,"
    "Tariq Aziz,Ida Holm,Paul Weiss,Nora Klein,Hugo Silva,Clara Jung,Felix Braun,Amara Okafor,"
    "Luca Moretti,Greta Vogel,Samir Haddad,Elsa Berg,Milan Kovac,Rosa Fuchs,Anton Maier,"
    "Zoe Laurent,Theo Lang,Maren Lund,Ravi Menon,Lotte Busch,Karim Said,Frida Dahl,Noah Stein,"
    "Alma Rey,Viktor Horn,Selma Aydin,Ole Brandt,Nina Petrova,Jakob Roth,Ines Duarte,Leon Wolf,"
    "Hanna Falk,Marco Conti"
).split(",")


def login_of(name: str) -> str:
    return name.split(" ")[0].lower()


def signup_of(name: str, referrer: str) -> Signup:
    """Returns the registration form of a person; `referrer` is the login of the advocate, or ""."""
    login = login_of(name)
    return Signup(login, name, f"{login}@example.com", referrer, None)


def register_first_customers(storefront: Storefront) -> None:
    """If the shop has no customers, register the first three, each with the one before as advocate.

    So a visitor can sign in at once as one of them.
    """
    if storefront.database.list_customers():
        return
    referrer = ""
    for name in NAMES[:FIRST_CUSTOMERS]:
        try:
            storefront.register(signup_of(name, referrer))
        except (LoginTaken, Problem, Unreachable):
            return
        referrer = login_of(name)
