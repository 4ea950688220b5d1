"""/console/sign-in, /sign-out, /staff: who may come into the console, by a link in a mail, and who says so."""

from urllib.parse import quote

from shared import secrets
from shared.console import visiting
from shared.console.people import change_role, invite, remove
from shared.console.roles import LOOK, OWN, ROLES
from shared.console.sign_in_mail import send_link
from shared.console.site import HOME, SIGN_IN, Console, Desk
from shared.http import Answer, Request
from shared.pages.site import language_asked, language_chosen, page, refuse_other_sites
from shared.store import staff
from shared.store.visits import is_open

LONGEST_ADDRESS = 254
STAFF = "/console/staff"
handler = Console()


@handler.route("GET /console/sign-in")
def get_sign_in(request: Request) -> Answer:
    return page("console/sign_in.html", language_asked(request), cookies=language_chosen(request), asked=False)


@handler.route("POST /console/sign-in")
def ask_for_link(request: Request) -> Answer:
    """The same answer to everybody, whoever is known and however often they asked."""
    refuse_other_sites(request)
    email, caller = request.form().get("email", "")[:LONGEST_ADDRESS], request.event["requestContext"]["http"]["sourceIp"]

    wanted = visiting.ask(secrets.pepper(), email, caller, request.now) if email.count("@") == 1 else None
    if wanted:
        person, token = wanted
        send_link(person.email, token, language_asked(request))

    return page("console/sign_in.html", language_asked(request), asked=True)


@handler.route("GET /console/sign-in/{token}")
def get_link(request: Request) -> Answer:
    """Mail scanners follow links: only the button on this page uses it up."""
    usable = is_open(visiting.hashed(request.path("token")), request.now)
    return page("console/enter.html", language_asked(request), 200 if usable else 410, usable=usable, here=_path_of(request))


@handler.route("POST /console/sign-in/{token}")
def use_link(request: Request) -> Answer:
    refuse_other_sites(request)

    token = visiting.enter(request.path("token"), request.now)

    if token is None:
        return page("console/enter.html", language_asked(request), 410, usable=False, here=_path_of(request))
    return Answer(None, 303, {"location": HOME}, (visiting.cookie(token),))


@handler.page("POST /console/sign-out", LOOK)
def sign_out(desk: Desk) -> Answer:
    visiting.leave(desk.token)
    return Answer(None, 303, {"location": SIGN_IN}, (visiting.cookie(None),))


@handler.page("GET /console/staff", OWN)
def get_staff(desk: Desk) -> Answer:
    return desk.page("staff.html", people=staff.everybody(), roles=ROLES)


@handler.page("POST /console/staff", OWN)
def post_staff(desk: Desk) -> Answer:
    form = desk.request.form()
    invite(secrets.pepper(), form.get("email", ""), form.get("role", ""), desk.act("staff_invited"))
    return desk.go(STAFF, "invited")


@handler.page("POST /console/staff/{id}/role", OWN)
def post_role(desk: Desk) -> Answer:
    change_role(secrets.pepper(), desk.request.path_id(), desk.request.form().get("role", ""), desk.act("staff_role"))
    return desk.go(STAFF, "role_changed")


@handler.page("POST /console/staff/{id}/remove", OWN)
def post_removal(desk: Desk) -> Answer:
    remove(secrets.pepper(), desk.request.path_id(), desk.act("staff_removed"))
    return desk.go(STAFF, "removed")


def _path_of(request: Request) -> str:
    return f"{SIGN_IN}/{quote(request.path('token'), safe='')}"
