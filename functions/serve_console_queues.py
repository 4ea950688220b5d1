"""/console/dead-letters: messages that the queues gave up on. Staff can put them back."""

from shared import dead_letters
from shared.api.http import Answer
from shared.console.roles import HELP, LOOK
from shared.console.site import Console, ConsoleRequest

DEAD_LETTERS = "/console/dead-letters"
handler = Console()


@handler.page("GET /console/dead-letters", LOOK)
def get_dead_letters(request: ConsoleRequest) -> Answer:
    queues = dead_letters.list_queues()
    return request.page(
        "dead_letters.html",
        dead=[queue for queue in queues if queue.waiting],
        most=dead_letters.MOST_PUT_BACK,
    )


@handler.page(
    "POST /console/dead-letters/{queue}/put-back", HELP, form_on="GET /console/dead-letters"
)
def post_back(request: ConsoleRequest) -> Answer:
    action = request.action("dead_letters_put_back", request.reason(required=False))
    dead_letters.put_back(request.http.path("queue"), action)
    return request.redirect(DEAD_LETTERS, "put_back")
