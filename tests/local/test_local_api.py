"""What only the local cloud has: its clock, its schedules, its mails, its bus."""

from email.message import EmailMessage

import pytest

from tests.support.running_cloud import RunningCloud


def test_a_set_clock_stands_still_until_it_is_set_again(cloud: RunningCloud):
    assert cloud.post("/_local/clock", {"now": "2026-03-01T11:00:00+01:00"}).json == {
        "now": "2026-03-01T10:00:00Z",
        "follows": False,
    }
    assert cloud.get("/_local/clock").json == {"now": "2026-03-01T10:00:00Z", "follows": False}
    assert cloud.post("/_local/clock", {"now": None}).json["follows"] is True


UNREADABLE = [
    {},
    *(
        {"now": now}
        for now in (
            "tomorrow",
            1772359200,
            "2026-03-01T10:00:00",
            "2026-03-01",
            "9999-12-31T23:59:59Z",
        )
    ),
]


@pytest.mark.parametrize("body", [*UNREADABLE, {"now": "0001-01-01T00:00:00+14:00"}])
def test_a_clock_that_cannot_be_read_is_refused_by_field(cloud: RunningCloud, body: dict):
    answer = cloud.post("/_local/clock", body)
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json["errors"][0]["field"] == "now"
    assert cloud.get("/_local/clock").json["follows"] is True


def test_a_body_that_is_no_json_object_is_refused(cloud: RunningCloud):
    assert cloud.http("POST", "/_local/clock", b"{").status == 422
    assert cloud.http("POST", "/_local/clock", b"[]").status == 422


def test_a_schedule_fires_with_the_templates_input_at_the_time_it_is_given(cloud: RunningCloud):
    answer = cloud.post("/_local/schedule/Nightly", {"time": "2026-04-01T00:00:00Z"})
    assert (answer.status, answer.json["results"]) == (200, [{"time": "2026-04-01T00:00:00Z"}])


def test_a_schedule_without_a_time_fires_at_the_local_clocks(cloud: RunningCloud):
    cloud.clock("2026-05-01T00:00:00Z")
    assert cloud.post("/_local/schedule/Nightly").json["results"] == [
        {"time": "2026-05-01T00:00:00Z"}
    ]
    cloud.clock(None)


@pytest.mark.parametrize("name", ["Echo", "NoSuchFunction"])
def test_a_function_without_a_schedule_is_a_problem(cloud: RunningCloud, name: str):
    answer = cloud.post(f"/_local/schedule/{name}", {})
    assert (answer.status, answer.json["code"]) == (404, "no_such_schedule")


def test_mail_is_caught_with_its_headers(cloud: RunningCloud):
    content = {
        "Subject": {"Data": "Your statement"},
        "Body": {"Text": {"Data": "12.50 €"}, "Html": {"Data": "<b>12.50 €</b>"}},
        "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://shop.example.com/u>"}],
    }
    sent = {
        "FromEmailAddress": "shop@example.com",
        "Destination": {"ToAddresses": ["anna@example.com"]},
        "Content": {"Simple": content},
    }
    assert cloud.post("/mail", sent).status == 200
    assert cloud.get("/_local/mail").json["items"][-1] == {
        "to": ["anna@example.com"],
        "subject": "Your statement",
        "headers": {"From": "shop@example.com", "List-Unsubscribe": "<https://shop.example.com/u>"},
        "text": "12.50 €",
        "html": "<b>12.50 €</b>",
    }


def test_a_raw_mail_is_read(cloud: RunningCloud):
    mail = EmailMessage()
    mail["To"], mail["Subject"], mail["X-Kind"] = "ines@example.com", "Grüße", "welcome"
    mail.set_content("plain")
    mail.add_alternative("<p>html</p>", subtype="html")
    assert cloud.post("/mail", {"Content": {"Raw": {"Data": mail.as_string()}}}).status == 200
    caught = cloud.get("/_local/mail").json["items"][-1]
    assert (caught["to"], caught["subject"], caught["headers"]["X-Kind"]) == (
        ["ines@example.com"],
        "Grüße",
        "welcome",
    )
    assert (caught["text"].strip(), caught["html"].strip()) == ("plain", "<p>html</p>")


def test_the_bus_shows_every_event_oldest_first(cloud: RunningCloud):
    before = len(cloud.bus())
    for number in range(3):
        cloud.post(
            "/publish",
            {"details": [{"number": number}], "type": "Shown", "time": "2026-03-01T10:00:00Z"},
        )
    shown = cloud.bus()[before:]
    assert [event["detail"]["number"] for event in shown] == [0, 1, 2]
    assert {"source", "detail-type", "time", "detail", "id"} <= set(shown[0])
