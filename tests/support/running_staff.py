"""Somebody of the staff in the console of a running system, with cookies, links from mails and forms as pages have them."""

import re
from urllib.parse import urlencode, urlsplit

from local.cloud.supervisor import OWNER_EMAIL
from tests.support.running_cloud import Answer
from tests.support.running_shop import RunningShop


class Browser:
    """Keeps cookies, and says that our own pages send its forms."""

    def __init__(self, shop: RunningShop) -> None:
        self.shop, self.cookies = shop, {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        headers = {
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "sec-fetch-site": "same-origin",
            "sec-fetch-dest": "document",
        }
        if form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        body = None if form is None else urlencode(form).encode()
        answer = self.shop.cloud.http(method, path, body, headers)
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, **form: str) -> Answer:
        return self.ask("POST", path, form)

    def follow(self, answer: Answer) -> Answer:
        """Where a redirect leads, until it leads no further."""
        while answer.status == 303:
            answer = self.get(answer.headers["location"])
        return answer


class RunningStaff(Browser):
    """Signed in by a mailed link; once in a system, because an address gets only a few links an hour."""

    def __init__(self, shop: RunningShop, email: str = OWNER_EMAIL) -> None:
        super().__init__(shop)
        self.email = email
        self.cookies |= shop.cloud.signed_in.get(email, {})
        if not self.cookies or self.get("/console").status != 200:
            self.sign_in()

    def sign_in(self) -> None:
        self.post("/console/sign-in", email=self.email)
        text = self.shop.mails(self.email)[-1]["text"]
        link = re.search(r"http\S+/console/sign-in/\S+", text)[0]
        assert self.follow(self.post(urlsplit(link).path)).status == 200
        self.shop.cloud.signed_in[self.email] = dict(self.cookies)

    def push(self, page: str, path: str, **form: str) -> Answer:
        """A form of a page of the console."""
        token = re.search(r'name="form" value="(\w+)"', self.get(page).body.decode())[1]
        return self.post(path, form=token, **form)

    def colleague(self, role: str) -> "RunningStaff":
        """Somebody whom this owner invites."""
        email = f"{self.shop.named(role)}@staff.example.com"
        invited = self.push("/console/staff", "/console/staff", email=email, role=role)
        assert invited.status == 303, invited.body
        return RunningStaff(self.shop, email)

    def view(self, member: str) -> Answer:
        """The button "View their pages"."""
        page = f"/console/members/{member}"
        return self.push(page, f"{page}/session")
