"""May a developer who has no key yet read what the API can do?"""

from tests.support.running_cloud import RunningCloud


def test_yes_its_document_is_public(grapevine: RunningCloud):
    answer = grapevine.get("/openapi.json")
    assert answer.status == 200
    assert answer.json["openapi"].startswith("3.1")
