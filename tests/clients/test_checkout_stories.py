"""Does a checkout need more than the client? The same story in each language, against a running system."""

import json
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import CLIENTS, php
from tests.clients.tooling import NODE_MODULES, node_program, run
from tests.support.checkout_page import blocks
from tests.support.running_cloud import RunningCloud
from tests.support.webhook_receiver import running_receiver
from web.clients.grapevine import Grapevine, WebhookRefused, verify_webhook

TYPESCRIPT = (
    *("--module", "esnext", "--moduleResolution", "bundler", "--target", "es2022"),
    *("--strict", "--noUncheckedIndexedAccess", "--types", "node"),
)
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
    run(tmp_path, compiler, *TYPESCRIPT, "story.ts")
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


def page_lines(language: str, cloud: RunningCloud) -> str:
    """The client's lines of `docs/checkout.md`, with a reader's own address and key."""
    lines = blocks(language)[0]
    for example, own in (
        ("https://rewards.example.com", cloud.base_url),
        ("sk_…", cloud.local["secret_key"]),
    ):
        lines = lines.replace(example, own)
    return lines


def give_credit(cloud: RunningCloud, amount: int) -> None:
    anna = {"login": "anna", "email": "anna@example.com"}
    cloud.http("PUT", "/v1/members/anna", anna, key=cloud.local["secret_key"])
    gift = {"amount": amount, "reason": "Welcome"}
    path = "/v1/members/anna/adjustments"
    assert cloud.post(path, gift, cloud.local["staff_key"]).status == 201


def test_the_lines_that_the_page_gives_do_what_it_says(grapevine: RunningCloud, tmp_path: Path):
    """The first reader is told how much credit there is; to the others it is enough."""
    for file in ("grapevine.py", "grapevine.php", "grapevine.d.ts"):
        (tmp_path / file).write_bytes((CLIENTS / file).read_bytes())
    around = (
        "cookies = {}\ndef offer(available):\n    print('there is', available)\n    sys.exit()\n"
    )
    lines = f"import sys\n{around}{page_lines('python', grapevine)}"
    (tmp_path / "page.py").write_text(lines.replace("hold-1002", "hold-too-much"))
    give_credit(grapevine, 500)
    told_of = run(tmp_path, sys.executable, "-S", "page.py").stdout
    assert told_of == "there is 500\n"
    (tmp_path / "page.py").write_text(lines)
    give_credit(grapevine, 1_500)
    listed = run(tmp_path, sys.executable, "-S", "page.py").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["500", "1500", "0"], listed

    offer = "function offer(int $available) { exit(1); }"
    lines = page_lines("php", grapevine)
    (tmp_path / "page.php").write_text(f"<?php\n{offer}\n{lines}\necho $hold['amount'];")
    assert run(tmp_path, php(), "page.php").stdout == "1500"

    compiler = node_program("tsc")
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    key = f'const key = "{grapevine.local["secret_key"]}";'
    lines = page_lines("ts", grapevine)
    (tmp_path / "page.ts").write_text(f"{key}\n{lines}\nconsole.log(data?.amount ?? error);")
    run(tmp_path, compiler, *TYPESCRIPT, "page.ts")
    assert run(tmp_path, "node", "page.js").stdout == "1500\n"
