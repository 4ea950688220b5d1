"""Our links go through our CDN. Can one visitor who guesses codes close them to everybody?"""

from collections.abc import Iterator

import pytest

from tests.support.running_cloud import RunningCloud

SECRET = "a secret of the shop's proxy"
GUESSES = 61


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    running = RunningCloud(tmp_path_factory.mktemp("proxy"))
    running.start("--trusted-proxy-secret", SECRET)
    try:
        running.clock("2026-03-01T10:00:00Z")
        key = running.local["secret_key"]
        running.put("/v1/members/anna", {"login": "anna", "code": "ANNA-7K2Q"}, key)
        yield running
    finally:
        assert running.stop() == 0


def follow(cloud: RunningCloud, code: str, **headers: str):
    browser = {"user-agent": "Mozilla/5.0", "sec-fetch-dest": "document"}
    return cloud.get(f"/r/{code}", **browser, **headers)


def through_proxy(visitor: str) -> dict[str, str]:
    return {"x-grapevine-proxy": SECRET, "x-forwarded-for": visitor}


def test_no_he_closes_them_to_himself_alone(cloud: RunningCloud):
    code = cloud.get("/v1/members/anna", cloud.local["secret_key"]).json["code"]
    for number in range(GUESSES):
        follow(cloud, f"ANNA-{number:04}", **through_proxy("203.0.113.7"))
    assert follow(cloud, code, **through_proxy("203.0.113.7")).status == 429
    friend = follow(cloud, code, **through_proxy("203.0.113.8"))
    assert (friend.status, len(friend.cookies)) == (302, 1)


def test_without_a_trusted_proxy_he_closes_no_link_but_those_that_he_guesses_at(
    cloud: RunningCloud,
):
    cloud.clock("2026-03-01T10:30:00Z")
    statuses = [follow(cloud, f"NOBODY-{number:04}").status for number in range(GUESSES)]
    assert statuses == [302] * 60 + [429]
    code = cloud.get("/v1/members/anna", cloud.local["secret_key"]).json["code"]
    assert follow(cloud, code).status == 302


def test_and_nobody_gets_another_address_by_saying_so(cloud: RunningCloud):
    cloud.clock("2026-03-01T11:00:00Z")
    statuses = [
        follow(cloud, f"NOBODY-{number:04}", **{"x-forwarded-for": f"203.0.113.{number}"}).status
        for number in range(GUESSES)
    ]
    assert statuses[0] == 302
    assert follow(cloud, "NOBODY-XXXX", **{"x-forwarded-for": "203.0.113.99"}).status == 429
