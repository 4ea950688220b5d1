"""The clients that lie in `web/clients` are what the declarations of the API say today."""

from local.clients.operations import read_resources
from local.clients.writing import EXAMPLE, write_clients
from shared.openapi.document import CALLS, PAGES, describe_api
from tests.clients.conftest import CLIENTS
from web.clients.grapevine import Grapevine


def test_they_are_up_to_date():
    for name, text in write_clients().items():
        assert (CLIENTS / name).read_text("utf-8") == text, f"{name} is old: make clients"


def test_every_operation_is_a_method_of_its_name():
    grapevine = Grapevine("https://rewards.example.com", "sk_1")
    names = [call.name.split(".") for call in (CALLS | PAGES).values()]
    assert [
        name
        for name in names
        if not callable(getattr(getattr(grapevine, name[0], None), name[1], None))
    ] == []


def test_only_what_makes_something_without_a_key_is_never_asked_for_again():
    calls = {
        f"{call.resource}.{call.verb}": call
        for resource in read_resources(describe_api(EXAMPLE))
        for call in resource.operations
    }
    once = {name for name, call in calls.items() if not call.repeatable}
    assert {"keys.create", "programs.create", "programs.publish"} <= once
    assert once.isdisjoint({"holds.create", "members.put", "quotes.create", "webhooks.create"})
    assert all(calls[name].method == "POST" and not calls[name].takes_key for name in once)
