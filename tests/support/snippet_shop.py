"""A shop's page with the snippet and an API that answers as a test says, all inside the browser."""

import json
from pathlib import Path
from urllib.parse import urlsplit

SHOP, API = "https://shop.example", "https://go.shop.example"
SNIPPET = (Path(__file__).parents[2] / "web" / "grapevine.js").read_text()
CODE, TOKEN = "ANNA-7K2Q", "tok_of_the_redirect_1"
CLICK = {
    "ref_token": "tok_of_a_click_told_1",
    "code": CODE,
    "advocate": {"first_name": "Anna"},
    "offer": {"text": "10 % off your first order"},
    "expires_at": "2999-01-01T00:00:00Z",
}
LONG_MS = 50_000
"""How long the snippet waits for the API by default; a busy machine answers sooner."""
PAGE = """<!doctype html><html lang="en"><title>Shop</title>
<script>
  window.errors = [];
  onerror = (message) => errors.push(message);
  onunhandledrejection = (event) => errors.push(String(event.reason));
  window.grapevine=window.grapevine||function(){(grapevine.q=grapevine.q||[]).push(arguments)};
  grapevine("ready", (api) => { window.ready = true; window.ref = api.ref(); });
  grapevine("attach", "#order");
  grapevine("prefill", "#who");
</script>
<script async src="SCRIPT/grapevine.js" DATA></script>
<form id="order"><label>E-mail <input name="email"></label>
<label>Who sent you? <input id="who" name="who"></label><button>Buy</button></form>
</html>"""


class SnippetShop:
    """`answers` maps a method and path to what the API does: a status, a document, a text, `down`
    for no connection, or `silent` for no answer. `asked` lists the calls that it got.
    """

    def __init__(self, context, script: str = API, **data: str) -> None:
        self.context, self.script = context, script
        self.data = {"key": "pk_1", "timeout": str(LONG_MS), **data}
        self.answers: dict[str, object] = {"POST /v1/clicks": CLICK}
        self.asked: list[tuple[str, dict | None, dict]] = []
        context.route("**/*", self._answer)

    def open(self, address: str = "/", before: str = ""):
        """Open a page in a new tab and wait until it is loaded, perhaps before the snippet is."""
        page = self.context.new_page()
        if before:
            page.add_init_script(before)
        page.goto(SHOP + address, wait_until="load")
        return page

    def opened(self, address: str = "/", before: str = ""):
        page = self.open(address, before)
        page.wait_for_function("window.ready")
        assert page.evaluate("errors") == []
        return page

    def cookie(self) -> dict | None:
        return next(
            (cookie for cookie in self.context.cookies(SHOP) if cookie["name"] == "gv_ref"), None
        )

    def leave_cookie(self, token: str = TOKEN) -> None:
        """Set the cookie as the redirect of a link does, on the shop's own host."""
        self.context.add_cookies(
            [
                {
                    "name": "gv_ref",
                    "value": token,
                    "url": SHOP,
                    "secure": True,
                    "sameSite": "Lax",
                    "expires": 4e9,
                }
            ]
        )

    def asked_for(self, call: str) -> list[dict | None]:
        return [body for asked, body, _ in self.asked if asked == call]

    def _answer(self, route, request) -> None:
        address = urlsplit(request.url)
        if address.path == "/grapevine.js":
            return self._give(route, self.answers.get("script", SNIPPET), "text/javascript")
        if request.resource_type == "document":
            data = " ".join(f'data-{name}="{value}"' for name, value in self.data.items())
            return self._give(
                route, PAGE.replace("SCRIPT", self.script).replace("DATA", data), "text/html"
            )
        call = f"{request.method} {address.path}"
        if not address.path.startswith("/v1/"):
            return route.fulfill(status=404)
        body = json.loads(request.post_data) if request.post_data else None
        self.asked.append((call, body, request.headers))
        self._give(route, self.answers.get(call, 404), "application/json")

    @staticmethod
    def _give(route, answer: object, content_type: str) -> None:
        headers = {"access-control-allow-origin": "*", "content-type": content_type}
        if answer == "down":
            route.abort()
        elif answer == "silent":
            return
        elif isinstance(answer, int):
            route.fulfill(status=answer, headers=headers, body="{}")
        else:
            route.fulfill(
                status=200,
                headers=headers,
                body=answer if isinstance(answer, str) else json.dumps(answer),
            )


def fields(page) -> dict:
    """Return the hidden fields that the snippet added, and the visible field, by name."""
    return page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('input[type=hidden], #who')].map((field) => [field.name, field.value]))"
    )
