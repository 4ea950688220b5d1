"""Does a checkout need more than the client? The same story in each language, against a running system."""

import json
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import CLIENTS, php
from tests.clients.tooling import NODE_MODULES, node_program, run
from tests.support.running_cloud import RunningCloud
from tests.support.webhook_receiver import running_receiver
from web.clients.grapevine import Grapevine, WebhookRefused, verify_webhook

STORIES = Path(__file__).parent / "checkout"
SEEN = {
    "refused": [422, "invalid", "referrer_login"],
    "discount": 1_000,
    "asked first": "rewarded",
    "reward": 900,
    "one hold": True,
    "too much": [409, "insufficient_credit", 500],
    "captured": 1_500,
    "voided": "voided",
    "kept": 0,
    "left": 450,
    "balance": [2_000, 450],
    "history": ["reward", "adjustment", "hold", "capture", "hold", "void", "return", "clawback"],
}


def told(cloud: RunningCloud, mark: str) -> tuple[str, str, str, str]:
    return cloud.base_url, cloud.local["secret_key"], cloud.local["staff_key"], mark


def check(printed: str, mark: str) -> None:
    assert json.loads(printed) == SEEN | {"advocate": f"anna-{mark}"}


def test_in_python_without_anything_else_installed(grapevine: RunningCloud, tmp_path: Path):
    for file in (CLIENTS / "grapevine.py", STORIES / "story.py"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    ended = run(tmp_path, sys.executable, "-S", "story.py", *told(grapevine, "py"))
    check(ended.stdout, "py")


def test_in_php(grapevine: RunningCloud):
    story = ("story.php", CLIENTS / "grapevine.php")
    check(run(STORIES, php(), *story, *told(grapevine, "php")).stdout, "php")


def test_in_typescript_with_openapi_fetch(grapevine: RunningCloud, tmp_path: Path):
    compiler = node_program("tsc")
    for file in (CLIENTS / "grapevine.d.ts", STORIES / "story.ts"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    modules = ("--module", "esnext", "--moduleResolution", "bundler", "--target", "es2022")
    strict = ("--strict", "--noUncheckedIndexedAccess", "--types", "node")
    run(tmp_path, compiler, *modules, *strict, "story.ts")
    check(run(tmp_path, "node", "story.js", *told(grapevine, "ts")).stdout, "ts")


def test_types_refuse_what_the_api_would(tmp_path: Path):
    compiler = node_program("tsc")
    (tmp_path / "grapevine.d.ts").write_bytes((CLIENTS / "grapevine.d.ts").read_bytes())
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)
    head = 'import createClient from "openapi-fetch";\nimport type { paths } from "./grapevine";\n'
    wrong = 'createClient<paths>().PUT("/v1/members/{id}", { params: { path: { id: "1" } }, body: { logn: "anna" } });\n'
    (tmp_path / "wrong.ts").write_text(head + wrong)
    with pytest.raises(AssertionError, match="'logn' does not exist"):
        modules = ("--module", "esnext", "--moduleResolution", "bundler", "--target", "es2022")
        run(tmp_path, compiler, "--noEmit", "--strict", *modules, "wrong.ts")


def test_the_shops_server_is_told_and_can_tell_that_it_is_us(grapevine: RunningCloud):
    base, key, staff_key, mark = told(grapevine, "hook")
    shop, staff = Grapevine(base, key), Grapevine(base, staff_key)
    with running_receiver() as receiver:
        hook = staff.webhooks.create({"url": receiver.url, "types": ["RewardPosted"]})
        shop.members.put(f"anna-{mark}", {"login": f"anna-{mark}"})
        staff.members.adjust(f"anna-{mark}", {"amount": 100, "reason": "Welcome"})
        grapevine.drain()
        (heard,) = receiver.heard
        staff.webhooks.delete(hook["id"])
    event = verify_webhook(heard.body, heard.headers, hook["secret"])
    assert (event["type"], event["data"]["member"]) == ("RewardPosted", f"anna-{mark}")
    with pytest.raises(WebhookRefused):
        verify_webhook(heard.body.replace(b"100", b"999"), heard.headers, hook["secret"])


def test_staff_asks_by_it_too(grapevine: RunningCloud):
    staff = Grapevine(grapevine.base_url, grapevine.local["staff_key"])
    assert staff.document.get()["info"]["title"] == "Grapevine"
    assert staff.programs.get("default")["version"] == 1
    assert staff.journal.verify()["differences"] == []
    csv = staff.journal.get(from_="2026-01-01", format="csv")
    assert csv.startswith("entry,")
