"""What the local cloud said yes to is there after kill -9, and a full or damaged disk is told."""

import itertools
import json
import os
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.cloud.checked_lines import read_lines
from local.cloud.engine import start_seconds
from local.cloud.table_files import TableFiles
from tests.support.running_cloud import ROOT, RunningCloud, wait_until
from tests.support.running_shop import Person, RunningShop

STACK = Path(__file__).parent / "stack" / "template.yaml"
WRITERS = 3
LARGE = "x" * 200_000


def grapevine(*words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "local.cli.main", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def kill_supervisor(cloud: RunningCloud) -> None:
    """Kill it, and with it the engine and the functions that it leaves."""
    cloud.process.kill()
    cloud.process.wait()
    cloud.process.stdout.close()


def kill_all(cloud: RunningCloud) -> None:
    cloud.kill("engine")
    kill_supervisor(cloud)


def kill_engine(cloud: RunningCloud) -> None:
    gone = cloud.kill("engine")
    wait_until(lambda: cloud.local["processes"]["engine"] != gone, 20)


class SteadyWriters:
    """Threads that write one order after another, whatever happens; they list those acknowledged."""

    def __init__(self, cloud: RunningCloud, buyer: Person, key: str) -> None:
        self.cloud, self.buyer, self.key = cloud, buyer, key
        self.acknowledged: list[str] = []
        self._numbers = itertools.count()
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def __enter__(self) -> "SteadyWriters":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def _write(self) -> None:
        while not self._ending.is_set():
            order = f"order-{next(self._numbers)}"
            try:
                answer = put_order(self.cloud, order, self.buyer, self.key)
            except OSError:
                self._ending.wait(0.1)
                continue
            if answer.status == 200:
                self.acknowledged.append(order)

    def wait_for_more(self, orders: int) -> None:
        aim = len(self.acknowledged) + orders
        wait_until(lambda: len(self.acknowledged) >= aim, 60)


def put_order(cloud: RunningCloud, order: str, buyer: Person, key: str):
    body = {
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
        "customer": {"id": buyer.id},
    }
    return cloud.put(f"/v1/orders/{order}", body, key)


def referred_buyer(cloud: RunningCloud) -> Person:
    shop = RunningShop(cloud)
    return shop.friend_of(shop.member("anna"), "ben")


def orders_with_events(cloud: RunningCloud) -> set[str]:
    return {event["detail"]["order"] for event in cloud.bus() if "order" in event["detail"]}


def differences(cloud: RunningCloud) -> list:
    return cloud.post("/v1/verify", {}, cloud.local["staff_key"]).json["differences"]


@pytest.mark.parametrize("kill", [kill_engine, kill_supervisor, kill_all])
def test_no_order_that_was_acknowledged_is_lost_by_kills(tmp_path: Path, kill):
    cloud = RunningCloud(tmp_path / "data").start()
    key = cloud.local["secret_key"]
    try:
        with SteadyWriters(cloud, referred_buyer(cloud), key) as writers:
            for _ in range(3):
                writers.wait_for_more(15)
                kill(cloud)
                if cloud.process.returncode is not None:
                    cloud.start()
            writers.wait_for_more(15)
        kill(cloud)
        if cloud.process.returncode is not None:
            cloud.start()
        wait_until(lambda: cloud.get("/v1/orders/none", key).status == 404, 20)
        lost = [
            order
            for order in writers.acknowledged
            if cloud.get(f"/v1/orders/{order}", key).status != 200
        ]
        assert (lost, differences(cloud)) == ([], [])
        assert cloud.drain()["idle"]
        assert set(writers.acknowledged) <= orders_with_events(cloud)
    finally:
        cloud.stop()
    assert grapevine("verify", "--data", str(cloud.folder)).stdout.endswith(": 0 differences\n")


def test_checkpoints_come_under_steady_writes_and_shorten_what_is_replayed(tmp_path: Path):
    cloud = RunningCloud(tmp_path / "data", STACK).start()
    files = TableFiles(cloud.folder / "engine")
    try:
        for number in range(60):
            assert cloud.put(f"/stored/{number}", LARGE + str(number)).status == 200
        wait_until(lambda: files.checkpoint(2).exists(), 20)
        assert not files.log(0).exists()
        kill_engine(cloud)
        wait_until(lambda: cloud.get("/stored/0").status == 200, 20)
        for number in range(60):
            assert cloud.get(f"/stored/{number}").json == LARGE + str(number)
    finally:
        cloud.stop()


@pytest.fixture(scope="module")
def killed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a system with two checkpoints and a log after them, which was killed."""
    cloud = RunningCloud(tmp_path_factory.mktemp("killed") / "data", STACK)
    for body in ("first", "second", "third"):
        cloud.start()
        assert cloud.put(f"/stored/{body}", body).status == 200
        assert body == "third" or cloud.stop() == 0
    kill_all(cloud)
    files = TableFiles(cloud.folder / "engine")
    assert files.checkpoint(1).exists() and files.checkpoint(2).exists() and files.log(2).exists()
    return cloud.folder


@pytest.fixture
def folder(killed_folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(killed_folder, tmp_path / "data")


@contextmanager
def running_on(folder: Path) -> Iterator[RunningCloud]:
    cloud = RunningCloud(folder, STACK).start()
    try:
        yield cloud
    finally:
        cloud.stop()


def stored(cloud: RunningCloud) -> list[str]:
    return [
        body for body in ("first", "second", "third") if cloud.get(f"/stored/{body}").status == 200
    ]


def flip_a_byte(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "engine").iterdir()}


def refusal(folder: Path) -> str:
    """What `run` and `verify` say alike about the folder; they leave every file as it was."""
    before = contents(folder)
    sentences = set()
    for words in (("run", "--no-demo", "--port", "0", "--template", str(STACK)), ("verify",)):
        command = grapevine(*words, "--data", str(folder))
        assert (command.returncode, command.stdout) == (2, "")
        sentences.add(command.stderr)
    assert contents(folder) == before
    (sentence,) = sentences
    assert sentence.count("\n") == 1
    return sentence


@pytest.mark.parametrize("place", [0, 30, 100, -2])
def test_a_damaged_checkpoint_is_refused_and_the_one_before_has_the_same(folder: Path, place: int):
    damaged = TableFiles(folder / "engine").checkpoint(2)
    flip_a_byte(damaged, place)
    sentence = refusal(folder)
    assert f"{damaged} is damaged" in sentence
    assert "move it away: the next start has the same from tables.1.checkpoint" in sentence
    damaged.rename(folder / "moved")
    with running_on(folder) as cloud:
        assert stored(cloud) == ["first", "second", "third"]


def test_a_checkpoint_that_was_cut_is_refused(folder: Path):
    damaged = TableFiles(folder / "engine").checkpoint(2)
    os.truncate(damaged, damaged.stat().st_size - 40)
    assert f"{damaged} is damaged" in refusal(folder)


@pytest.mark.parametrize("place", [0, 30, -2])
def test_a_damaged_log_is_refused_and_may_be_moved_away(folder: Path, place: int):
    damaged = TableFiles(folder / "engine").log(2)
    flip_a_byte(damaged, place)
    sentence = refusal(folder)
    assert f"{damaged} is damaged" in sentence
    assert "move it away, which loses what was written since tables.2.log began" in sentence
    damaged.rename(folder / "moved")
    with running_on(folder) as cloud:
        assert stored(cloud) == ["first", "second"]


def test_large_tables_get_the_time_that_reading_them_takes(tmp_path: Path):
    """A year of a shop with 10,000 members and 50,000 orders has 500 MB."""
    files = TableFiles(tmp_path / "engine")
    assert start_seconds(files.count_bytes()) == 60, "a new shop"
    files.folder.mkdir()
    for place, size in ((files.checkpoint(3), 400_000_000), (files.log(3), 100_000_000)):
        with place.open("wb") as file:
            file.truncate(size)
    assert files.count_bytes() == 500_000_000
    assert start_seconds(files.count_bytes()) == 310


def test_a_missing_log_is_refused(folder: Path):
    files = TableFiles(folder / "engine")
    files.checkpoint(2).rename(folder / "moved")
    files.log(1).rename(folder / "moved too")
    assert f"{files.log(1)} is missing" in refusal(folder)


def test_a_last_write_that_was_never_finished_is_dropped(folder: Path):
    log = TableFiles(folder / "engine").log(2)
    os.truncate(log, log.stat().st_size - 1)
    with running_on(folder) as cloud:
        assert stored(cloud) == ["first", "second"]
        assert cloud.put("/stored/third", "third").status == 200
        kill_engine(cloud)
        wait_until(lambda: stored(cloud) == ["first", "second", "third"], 20)


def test_a_log_whose_first_line_was_never_finished_is_begun_again(folder: Path):
    log = TableFiles(folder / "engine").log(3)
    log.write_bytes(b"0000")
    with running_on(folder) as cloud:
        assert stored(cloud) == ["first", "second", "third"]


def in_the_first_format(files: TableFiles) -> str:
    """The tables of checkpoint 1 as release 0.2 kept them."""
    state: dict = {}
    for kind, *content in read_lines(files.checkpoint(1)):
        if kind == "tables":
            for arn, description in content[0].items():
                place = f"000000000000\0us-east-1\0{arn.rpartition('/')[2]!r}"
                state[place] = description | {"items": {}}
        elif kind == "items":
            (table,) = [table for table in state.values() if table["TableArn"] == content[0]]
            for key, sort_key, item in content[1]:
                table["items"].setdefault(key, {})[sort_key] = item
    tables = {"__account_region_scoped__": True, "data": state}
    return json.dumps({"__ministack_format__": 2, "payload": {"tables": tables}})


def test_a_folder_of_release_0_2_is_read(folder: Path):
    files = TableFiles(folder / "engine")
    text = in_the_first_format(files)
    for path in files.folder.iterdir():
        path.unlink()
    files.checkpoint(0).write_text(text)
    with running_on(folder) as cloud:
        assert stored(cloud) == ["first"]
        assert cloud.put("/stored/second", "second").status == 200
        kill_engine(cloud)
        wait_until(lambda: stored(cloud) == ["first", "second"], 20)
    assert files.checkpoint(1).exists()


def test_a_damaged_folder_of_release_0_2_is_refused(folder: Path):
    files = TableFiles(folder / "engine")
    text = in_the_first_format(files)
    for path in files.folder.iterdir():
        path.unlink()
    files.checkpoint(0).write_text(text[:-40])
    assert f"{files.checkpoint(0)} is damaged" in refusal(folder)


def test_a_damaged_journal_is_named_and_left_alone(folder: Path):
    journal = folder / "journal.sqlite"
    for beside in folder.glob("journal.sqlite-*"):
        beside.unlink()
    journal.write_bytes(b"no database" * 1000)
    command = grapevine(
        "run", "--no-demo", "--port", "0", "--template", str(STACK), "--data", str(folder)
    )
    assert (command.returncode, f"{journal} is damaged" in command.stderr) == (2, True)
    assert "Traceback" not in command.stderr
    assert journal.read_bytes() == b"no database" * 1000


@contextmanager
def nothing_more_fits(pid: int, bytes_in_a_file: int) -> Iterator[None]:
    """Let no file of the process grow beyond that, as on a full disk."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (bytes_in_a_file, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux")
def test_an_order_that_fits_on_the_disk_no_more_is_a_507_and_succeeds_later(tmp_path: Path):
    cloud = RunningCloud(tmp_path / "data").start()
    try:
        key, buyer = cloud.local["secret_key"], referred_buyer(cloud)
        assert put_order(cloud, "before", buyer, key).status == 200
        log = TableFiles(cloud.folder / "engine").log(0)
        size = log.stat().st_size
        with nothing_more_fits(cloud.local["processes"]["engine"], size + 100):
            answer = put_order(cloud, "full", buyer, key)
            assert (answer.status, answer.json["code"]) == (507, "insufficient_storage")
            assert "Free some space" in answer.json["detail"]
            assert cloud.get("/v1/orders/full", key).status == 404
            assert log.stat().st_size == size
        assert put_order(cloud, "full", buyer, key).status == 200
        kill_engine(cloud)
        wait_until(lambda: cloud.get("/v1/orders/full", key).status == 200, 20)
        assert differences(cloud) == []
    finally:
        cloud.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "grapevine", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk needs the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_is_full_stops_orders_and_loses_none(small_disk: Path):
    cloud = RunningCloud(small_disk).start()
    try:
        key, buyer = cloud.local["secret_key"], referred_buyer(cloud)
        assert put_order(cloud, "before", buyer, key).status == 200
        filler = small_disk / "filler"
        fill(filler)
        orders = [f"order-{number}" for number in range(30)]
        answers = [put_order(cloud, order, buyer, key) for order in orders]
        assert answers[-1].status == 507
        assert {answer.json["code"] for answer in answers if answer.status != 200} == {
            "insufficient_storage"
        }
        for order, answer in zip(orders, answers, strict=True):
            found = cloud.get(f"/v1/orders/{order}", key).status
            assert found == (200 if answer.status == 200 else 404)
        filler.unlink()
        for order in orders:
            assert put_order(cloud, order, buyer, key).status == 200
        assert cloud.drain()["idle"]
        assert (set(orders) - orders_with_events(cloud), differences(cloud)) == (set(), [])
    finally:
        assert cloud.stop() == 0


def fill(path: Path) -> None:
    """Write into the file until nothing more fits."""
    with path.open("wb", buffering=0) as file:
        for size in (65_536, 1):
            try:
                while file.write(b"0" * size):
                    pass
            except OSError:
                continue
