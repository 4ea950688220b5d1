"""All pages that people see, by a name, and a world in which each has something to show. A new page is one line of `PAGES`."""

from collections.abc import Callable

from running_cloud import RunningCloud, request

MORNING = "2026-03-01T10:00:00Z"


class World:
    """A running system with Anna, who recommended Ben and has a reward for his first order."""

    def __init__(self, cloud: RunningCloud) -> None:
        self.cloud, self.local = cloud, cloud.local
        cloud.clock(MORNING)
        self.anna = self.member("anna", name="Anna Schmidt", email="anna@example.com")
        self.ben = self.member("ben", name="Ben Weber", email="ben@example.com", code=self.anna["code"])
        self.order("1001", "ben", 12_400)

    def member(self, name: str, **form: str) -> dict:
        return self.done("PUT", f"/v1/members/{name}", {"login": name} | form)

    def order(self, name: str, buyer: str, items: int, **facts: object) -> dict:
        whole = {"customer": {"id": buyer}, "status": "completed", "currency": "EUR", "items_total": items} | facts
        return self.done("PUT", f"/v1/orders/{name}", whole)

    def session(self, name: str) -> str:
        """A member's token, good for 15 minutes."""
        return self.done("POST", f"/v1/members/{name}/session", {})["token"]

    def done(self, method: str, path: str, body: object = None, key: str = "secret_key") -> dict:
        answer = request(self.cloud.base_url + path, method, body, {"authorization": f"Bearer {self.local[key]}"})
        assert 200 <= answer.status < 300, f"{method} {path}: {answer.status} {answer.body!r}"
        return answer.json


PAGES: dict[str, Callable[[World], str]] = {}
"""Each tells its address: a path of ours, or a whole one of the demo shop."""
