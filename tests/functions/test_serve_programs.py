import hashlib
import json
import threading

import pytest

from functions.serve_programs import handler
from shared.domain.programs.program_document import parse_program, program_document
from shared.presets import PRESETS, load_preset
from shared.store import engine, keys
from shared.store.programs import programs
from shared.store.programs.programs import ProgramItem
from tests.support.http_events import NOW, STAFF, send

LIST, CREATE, READ, PUBLISH = (
    "GET /v1/programs",
    "POST /v1/programs",
    "GET /v1/programs/{id}",
    "POST /v1/programs/{id}/versions",
)
LINT, SCHEMA = "POST /v1/programs/lint", "GET /v1/programs/schema"
PROGRAM = {
    "id": "default",
    "name": "Ten",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
}


@pytest.fixture(autouse=True)
def opened(tables):
    engine.open_tables()


def ask(route, **parts):
    return send(handler, route, caller=STAFF, **parts)


def publish(document=PROGRAM, seen='"1"', program_id="default", **parts):
    headers = {} if seen is None else {"If-Match": seen}
    return ask(PUBLISH, path={"id": program_id}, body=document, headers=headers, **parts)


def read(program_id="default", version=None):
    return ask(READ, path={"id": program_id}, query={"version": str(version)} if version else None)


def stored(program_id="default"):
    key = keys.active_program(program_id)
    return engine.find(ProgramItem, key)


def test_a_fresh_system_shows_its_first_program():
    answered = read()
    full = program_document(parse_program(load_preset("peer_to_peer")))
    assert answered.body == full | {"version": 1, "published_at": None}
    assert (answered.headers["etag"], read(version=1).body) == ('"1"', answered.body)
    assert ask(LIST).body == {"items": [answered.body], "next_cursor": None}


def test_the_first_terms_never_change():
    terms = json.dumps(program_document(programs.first_program()), sort_keys=True)
    assert (
        hashlib.sha256(terms.encode()).hexdigest()
        == "7958a418ea1fe5c3dced504f31b535ba5fd78c7af98f5a33db1097e5311f730c"
    )


def test_publishing_makes_the_next_version_with_defaults_written_out():
    answered = publish()
    assert (answered.status, answered.headers["etag"], answered.headers["location"]) == (
        201,
        '"2"',
        "/v1/programs/default?version=2",
    )
    assert answered.body == program_document(parse_program(PROGRAM)) | {
        "version": 2,
        "published_at": "2026-03-01T10:00:00Z",
    }
    assert read().body == answered.body == read(version=2).body
    assert programs.active_program_of(stored()).version == 2


def test_earlier_versions_stay_as_they_were():
    first = read().body
    for seen in (1, 2, 3):
        publish(PROGRAM | {"name": f"after {seen}"}, str(seen))
    assert read(version=1).body == first
    assert [read(version=number).body["name"] for number in (2, 3, 4)] == [
        "after 1",
        "after 2",
        "after 3",
    ]
    assert programs.load_version(programs.active_program_of(stored()), 1).hold_days == 14
    assert programs.load_version(programs.active_program_of(stored()), 3).name == "after 2"


def test_the_first_publication_keeps_the_first_terms_in_the_table():
    publish()
    key = keys.program_version("default", 1)
    kept = engine.find(ProgramItem, key)
    assert (json.loads(kept.document), kept.published_at) == (
        program_document(programs.first_program()),
        None,
    )


def test_what_is_read_can_be_edited_and_published():
    document = read().body | {"name": "Edited"}
    assert publish(document).body["name"] == "Edited"


@pytest.mark.parametrize("seen", ['"1"', "1", 'W/"1"'])
def test_the_version_seen_is_written_as_a_tag_or_a_number(seen):
    assert publish(seen=seen).status == 201


def test_without_the_version_seen_nothing_is_published():
    assert (publish(seen=None).status, publish(seen=None).code) == (428, "precondition_required")
    assert stored() is None


@pytest.mark.parametrize("seen", ["*", '"1", "2"', "x", '"1', "²", "9" * 30])
def test_a_version_seen_that_is_none_is_refused(seen):
    answered = publish(seen=seen)
    assert (answered.status, answered.code) == (400, "invalid_precondition")


@pytest.mark.parametrize("seen", ["0", "2", "999999"])
def test_a_version_that_is_not_the_latest_is_refused(seen):
    answered = publish(seen=seen)
    assert (answered.status, answered.code, answered.body["current"], stored()) == (
        412,
        "version_conflict",
        1,
        None,
    )


def test_of_two_who_publish_at_once_one_is_told_of_the_other():
    start, answers = threading.Barrier(5), []

    def race(number):
        start.wait()
        answers.append(publish(PROGRAM | {"name": f"number {number}"}))

    threads = [threading.Thread(target=race, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [201, 412, 412, 412, 412]
    won = next(answer for answer in answers if answer.status == 201)
    assert read().body == won.body and won.body["version"] == 2


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"currency": "XXX"}, ["currency"]),
        ({"credit": None}, ["credit"]),
        ({"hold_days": "14"}, ["hold_days"]),
        ({"rules": {"max_bonus": 10**30, "min_bonus": -1}}, ["rules.max_bonus", "rules.min_bonus"]),
        ({"holddays": 1}, ["holddays"]),
        ({"rules": {"x": 1}}, ["rules.x"]),
        ({"id": "other"}, ["id"]),
        ({"name": 7}, ["name"]),
    ],
)
def test_a_document_that_cannot_be_used_names_its_fields(changes, fields):
    answered = publish(PROGRAM | changes)
    assert (answered.status, answered.code, answered.fields, stored()) == (
        422,
        "invalid",
        fields,
        None,
    )


def test_what_lint_calls_an_error_is_refused_with_its_findings():
    answered = publish(PROGRAM | {"rules": {"min_bonus": 500, "max_bonus": 100}})
    assert (answered.status, answered.code, answered.fields, stored()) == (
        422,
        "lint_error",
        ["rules.max_bonus"],
        None,
    )
    finding = answered.body["findings"][0]
    assert (finding["severity"], finding["code"], finding["field"]) == (
        "error",
        "cap_below_floor",
        "rules.max_bonus",
    )


def test_a_warning_stops_nothing():
    warned = PROGRAM | {"credit": {"system": "levels", "levels": [{"fixed": 500}]}}
    findings = ask(LINT, body=warned).body["findings"]
    assert {finding["severity"] for finding in findings} == {"warning"}
    assert publish(warned).status == 201


def test_lint_writes_nothing_and_reads_the_document_first():
    assert ask(LINT, body=PROGRAM).body == {"findings": []}
    assert ask(LINT, body={}).fields == ["id", "name", "currency", "credit"]
    assert stored() is None


def test_a_program_of_another_id_is_created_once():
    answered = ask(CREATE, body=PROGRAM | {"id": "summer/2026"})
    assert (answered.status, answered.body["version"]) == (201, 1)
    assert answered.headers["location"] == "/v1/programs/summer%2F2026?version=1"
    assert read("summer%2F2026").body == answered.body
    again = ask(CREATE, body=PROGRAM | {"id": "summer/2026"})
    assert (again.status, again.code) == (409, "program_exists")
    assert publish(PROGRAM | {"id": "summer/2026"}, "1", "summer%2F2026").body["version"] == 2


def test_the_default_program_is_there_from_the_start():
    assert (ask(CREATE, body=PROGRAM).status, ask(CREATE, body=PROGRAM).code, stored()) == (
        409,
        "program_exists",
        None,
    )


@pytest.mark.parametrize("program_id", ["schema", "lint"])
def test_an_id_that_another_address_would_hide_is_refused(program_id):
    assert ask(CREATE, body=PROGRAM | {"id": program_id}).fields == ["id"]


def test_a_program_that_is_not_there_is_404():
    assert (read("other").status, read("other").code) == (404, "unknown_program")
    assert (read(version=2).status, read(version=2).code) == (404, "unknown_version")
    assert publish(PROGRAM | {"id": "other"}, "1", "other").code == "unknown_program"
    assert ask(READ, path={"id": "default"}, query={"version": "0"}).fields == ["version"]
    assert ask(READ, path={"id": "x" * 1000}).fields == ["id"]


def test_programs_are_listed_in_pages_the_default_among_them():
    for name in ("a", "b", "e", "f"):
        ask(CREATE, body=PROGRAM | {"id": name})
    seen, cursor = [], None
    while True:
        answered = ask(LIST, query={"limit": "2"} | ({"cursor": cursor} if cursor else {})).body
        seen.append([item["id"] for item in answered["items"]])
        cursor = answered["next_cursor"]
        if cursor is None:
            break
    assert seen == [["a", "b"], ["default", "e"], ["f"]]
    publish()
    assert [(item["id"], item["version"]) for item in ask(LIST).body["items"]] == [
        ("a", 1),
        ("b", 1),
        ("default", 2),
        ("e", 1),
        ("f", 1),
    ]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_published(name):
    assert publish(load_preset(name) | {"id": "default"}).status == 201


def test_the_schema_is_served():
    answered = ask(SCHEMA)
    assert (answered.status, answered.headers["content-type"]) == (200, "application/schema+json")
    assert answered.body["required"] == ["id", "name", "currency", "credit"]


def test_time_is_the_requests_own():
    assert publish(at=NOW.replace(year=2030)).body["published_at"] == "2030-03-01T10:00:00Z"
