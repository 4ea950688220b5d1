"""/console/imports: a file is looked at before anything is written, then brought in."""

import json
import os
import re
from datetime import UTC, datetime

import boto3
import pytest

from functions import run_imports, serve_console_imports
from shared.console import sign_in
from shared.console.roles import MANAGER, SUPPORT
from shared.orders.evaluate import evaluate_order
from shared.orders.update import parse_update
from shared.store import engine, keys
from shared.store.programs.imports import list_imports
from tests.support.console_visitor import OUR_PAGE, Visitor, open_console, text_of
from tests.support.http_events import send
from tests.support.imports_queue import open_queue, run_all

handler = serve_console_imports.handler
PAGE, PREVIEW, START = (
    "GET /console/imports",
    "POST /console/imports/preview",
    "POST /console/imports",
)
TABLE = "id;login;balance\nanna;anna;12,50\nben;ben;1/2\n"


@pytest.fixture
def visitor(tables, monkeypatch) -> Visitor:
    engine.open_tables()
    open_console(monkeypatch)
    open_queue(monkeypatch)
    return Visitor(MANAGER)


def test_a_file_is_looked_at_and_nothing_is_written(visitor):
    assert visitor.get(handler, PAGE).status == 200
    seen = visitor.post(handler, PREVIEW, {"kind": "members", "csv": TABLE})
    assert seen.status == 200
    text = text_of(seen.text)
    assert "New members 1" in text and "Rows that are refused 1" in text and "12.50" in text
    assert "spreadsheet" in text
    assert list_imports(5) == []


def test_balances_of_two_currencies_are_not_added_up(visitor):
    table = "id,login,balance,currency\na,a,12.50,EUR\nb,b,3,EUR\nc,c,40,USD\n"
    text = text_of(visitor.post(handler, PREVIEW, {"kind": "members", "csv": table}).text)
    assert "Opening balances together €15.50 US$40.00" in text


def test_then_it_comes_in_and_is_reported_on(visitor):
    started = visitor.post(handler, START, {"kind": "members", "csv": TABLE})
    assert started.status == 303
    (run,) = list_imports(5)
    assert started.headers["location"] == f"/console/imports/{run.id}"
    here = {"path": {"id": run.id}}
    assert "Running" in text_of(visitor.get(handler, "GET /console/imports/{id}", **here).text)
    run_all()
    told = text_of(visitor.get(handler, "GET /console/imports/{id}", **here).text)
    assert "Done" in told and "2 of 2 rows" in told and "spreadsheet" in told
    seen = visitor.post(handler, PREVIEW, {"kind": "members", "csv": TABLE})
    assert "Members who are known 1" in text_of(seen.text)


def uploaded(visitor: Visitor, table: bytes):
    """The preview of an uploaded file of members."""
    parts = [
        (b'name="form"', sign_in.form_token(visitor.cookie).encode()),
        (b'name="kind"', b"members"),
        (b'name="file"; filename="k.csv"\r\ncontent-type: text/csv', table),
        (b'name="csv"', b""),
    ]
    body = b"".join(
        b"--b\r\ncontent-disposition: form-data; " + head + b"\r\n\r\n" + content + b"\r\n"
        for head, content in parts
    )
    headers = OUR_PAGE | {"content-type": "multipart/form-data; boundary=b"}
    return send(
        handler,
        PREVIEW,
        cookies=visitor.cookies,
        at=visitor.at,
        headers=headers,
        body=body + b"--b--\r\n",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_file_of_any_encoding_is_uploaded_by_the_form_itself(visitor, encoding):
    seen = uploaded(visitor, "id,login,name\nänne,änne,Änne\n".encode(encoding))
    assert (seen.status, "Änne" in seen.text) == (200, True)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"PK\x03\x04\x14\0\x08", "save it as CSV in UTF-8, or unpack it"),
        (b"<html><table></table>", "export it as CSV"),
        (b"id,login\n\x81\x8d,\xff\n", "its letters cannot be read"),
        (b"", "choose a file or paste a table"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_what_to_do(visitor, raw, said):
    seen = uploaded(visitor, raw)
    assert (seen.status, said in text_of(seen.text)) == (422, True)


def test_an_order_that_a_webhook_told_is_known(visitor):
    told = {"id": "shopify:5001", "currency": "EUR", "items_total": 1_000, "status": "placed"}
    now = datetime(2026, 3, 1, tzinfo=UTC)
    evaluate_order(parse_update(told, now, str))
    table = "Name,Id,Financial Status,Created at,Currency,Subtotal,Total\n" + "".join(
        f"#{number},{number},pending,2026-02-01,EUR,10.00,10.00\n" for number in (5001, 5002)
    )
    seen = visitor.post(handler, PREVIEW, {"kind": "orders", "csv": table})
    assert "New orders 1 Orders that are known 1" in text_of(seen.text)


def test_what_is_no_table_is_said_at_the_form(visitor):
    for table in ("", "a,b\n1,2\n", "id,login\n" + "x,x\n" * 80_000):
        seen = visitor.post(handler, PREVIEW, {"kind": "members", "csv": table})
        assert seen.status == 422
        assert re.search(r'id="csv-error"', seen.text)


def test_who_only_helps_brings_nothing_in(visitor):
    helper = Visitor(SUPPORT)
    assert helper.get(handler, PAGE).status == 403
    assert helper.post(handler, START, {"kind": "members", "csv": TABLE}).status == 403
    assert list_imports(5) == []


def test_a_page_that_fails_five_times_ends_the_import(visitor):
    visitor.post(handler, START, {"kind": "members", "csv": TABLE})
    (run,) = list_imports(5)
    pk, sk = keys.import_page(run.id, 0)
    boto3.client("dynamodb").update_item(
        TableName=os.environ["PROGRAMS_TABLE"],
        Key={"pk": {"S": pk}, "sk": {"S": sk}},
        UpdateExpression="SET v = :v",
        ExpressionAttributeValues={":v": {"N": "99"}},
    )
    message = {"job": "import_page", "version": 1, "time": "2026-03-01T10:00:00Z"}
    body = json.dumps(message | {"import_id": run.id, "page": 0})
    records = {"Records": [{"messageId": "m", "eventSource": "aws:sqs", "body": body}]}

    failed = [bool(run_imports.handler(records)["batchItemFailures"]) for _ in range(5)]

    assert failed == [True] * 4 + [False]
    assert list_imports(5)[0].state == "failed"
    here = {"path": {"id": run.id}}
    told = visitor.get(handler, "GET /console/imports/{id}", **here).text
    assert "Stopped" in text_of(told)


def test_a_german_reads_german(visitor):
    table = "id,login,referrer_login\nanna,anna,nobody\n"
    visitor.post(handler, START, {"kind": "members", "csv": table})
    run_all()
    here = {"path": {"id": list_imports(1)[0].id}, "headers": {"accept-language": "de"}}
    told = text_of(visitor.get(handler, "GET /console/imports/{id}", **here).text)
    assert "Abgelehnte Zeilen" in told and "referrer_login ist niemandes Login" in told
    seen = visitor.post(handler, PREVIEW, {"kind": "members", "csv": "id,login\n,x\n"})
    assert "the line has no id" in text_of(seen.text)
