"""The guide for shops with a server of their own, walked: pressed in the console, typed in a shell."""

import itertools
import json
import re
import shutil
import subprocess

import pytest

from tests.support.guide_walk import DOCS, OURS, Walk, publish_discount, sign_in
from tests.support.running_cloud import RunningCloud, wait_until
from tests.support.running_shop import RunningShop
from tests.support.webhook_receiver import running_receiver

TOOLS = ("bash", "curl", "sed", "tee")
END = "---"


@pytest.fixture
def shop(tmp_path, chromium):
    """A shop on the morning of its first day."""
    running = RunningCloud(tmp_path).start()
    try:
        yield RunningShop(running)
    finally:
        running.stop()


class Shell:
    """The developer's shell, in which the blocks of a guide are typed one after the other."""

    def __init__(self, bash: subprocess.Popen, text: str) -> None:
        found = re.findall(r"```bash\n(.*?)```", text, re.DOTALL)
        self.blocks = [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in found]
        self.bash, self.commands = bash, 0

    def types(self, **own: str) -> list[dict]:
        """The next block, with the reader's own values in the place of the guide's. Returns the
        answers.
        """
        block = self.blocks.pop(0)
        for name, value in own.items():
            block, there = re.subn(rf"^{name}=\S+$", f"{name}={value}", block, flags=re.MULTILINE)
            assert there == 1, name
        self.commands += len(re.findall(r"^(?:ask |TOKEN=)", block, re.MULTILINE))
        self.bash.stdin.write(f"{block}echo {END}\n")
        self.bash.stdin.flush()
        lines = itertools.takewhile(lambda line: line.strip() != END, self.bash.stdout)
        answers = [json.loads(line) for line in lines if line.startswith("{")]
        assert self.bash.poll() is None, "the shell ended at a command that failed"
        return answers


@pytest.fixture
def bash(tmp_path_factory):
    """A shell that ends with the first command that fails."""
    command = ["bash", "-euo", "pipefail"]
    folder = tmp_path_factory.mktemp("shell")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=folder, text=True, **pipes) as running:
        yield running
        running.stdin.close()


@pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS),
    reason=f"the commands are typed with {', '.join(TOOLS)}",
)
def test_from_the_first_sign_in_to_the_first_reward(shop, page, bash):
    text = (DOCS / "shop-with-own-server.md").read_text()
    walk, shell = Walk(page, text, {shop.cloud.base_url: OURS}), Shell(bash, text)
    sign_in(walk, shop)
    publish_discount(walk)

    walk.goes("Keys")
    walk.chooses("Access", "the shop's server")
    walk.sees("create-key", page.get_by_role("region", name="Create a key"))
    walk.presses("Create key")
    key = page.get_by_label("Key", exact=True).input_value()
    shell.types(BASE=shop.cloud.base_url, KEY=key)

    (anna,) = shell.types()
    assert anna["code"] and anna["link"].startswith(shop.cloud.base_url)
    (ben,) = shell.types()
    assert ben["referred_by"] == "anna"
    (quote,) = shell.types()
    assert quote["discount"] == 1_000

    with running_receiver() as server:
        walk.goes("Webhooks")
        walk.types("Address", server.url)
        walk.aliases[server.url] = "https://shop.example/hooks"
        walk.sees("add-endpoint", page.get_by_role("region", name="Add an endpoint"))
        walk.presses("Add endpoint")
        page.get_by_label("Signing secret (Standard Webhooks)").wait_for()
        order, balance = shell.types()
        assert [(reward["member"], reward["amount"]) for reward in order["rewards"]] == [
            ("anna", 900)
        ]
        assert balance["pending"] == 900
        shop.drain()
        wait_until(lambda: "RewardPosted" in [json.loads(it.body)["type"] for it in server.heard])
    assert not shell.blocks
    page.goto(f"{shop.cloud.base_url}/console/members/anna")
    walk.sees("first-reward", page.get_by_role("region", name="History"))
    assert walk.has_seen_all_pictures()
    assert f"{walk.steps} steps in the console" in walk.text
    assert f"{shell.commands} commands to a first reward" in walk.text
