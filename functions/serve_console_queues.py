"""/console/dead-letters: what the queues gave up on, and its way back."""

from shared import dead_letters
from shared.api.http import Answer
from shared.console.roles import HELP, LOOK
from shared.console.site import Console, Desk

DEAD_LETTERS = "/console/dead-letters"
handler = Console()


@handler.page("GET /console/dead-letters", LOOK)
def get_dead_letters(desk: Desk) -> Answer:
    everything = dead_letters.everything()
    return desk.page(
        "dead_letters.html",
        dead=[row for row in everything if row.waiting],
        most=dead_letters.MOST_PUT_BACK,
    )


@handler.page("POST /console/dead-letters/{queue}/put-back", HELP)
def post_back(desk: Desk) -> Answer:
    dead_letters.put_back(
        desk.request.path("queue"), desk.act("dead_letters_put_back", desk.reason(required=False))
    )
    return desk.go(DEAD_LETTERS, "put_back")
