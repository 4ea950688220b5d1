"""`grapevine backtest --processes`: the result is that of one process, byte by byte, whatever the seed
of hashes.
"""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from local.cli import history_file, history_names
from local.cli.backtest_processes import write_json_in_processes
from local.cli.commands.backtest import write_json
from local.cli.history_names import share_history
from local.cli.input_files import read_program
from local.cli.main import main
from tests.calculator.invented_histories import PEOPLE, history
from tests.calculator.invented_programs import program

ROOT = Path(__file__).parents[2]
TOWNS = 6
ANYBODY = re.compile(rf"\b({'|'.join(PEOPLE)})\b", re.IGNORECASE)
SEED = 142473
"""Of programs under which something is earned; not every random one has that."""


def silent(bytes_read: int, size: int) -> None:
    """No progress."""


def in_town(line: dict, town: int) -> dict:
    """The line with names of people and orders that no other town has."""
    own = json.loads(ANYBODY.sub(rf"\g<1>{town}", json.dumps(line)))
    if isinstance(own.get("order"), dict):
        own["order"]["id"] += f"-{town}"
    elif own.get("order"):
        own["order"] += f"-{town}"
    return own


def invent(folder: Path, seed: int, **rules: object) -> tuple[Path, Path]:
    """A program, and a history of several towns whose lines are mixed."""
    random = Random(seed)
    terms = program(random) | rules
    towns = [[in_town(line, town) for line in history(random, terms)] for town in range(TOWNS)]
    lines = []
    while any(towns):
        town = random.choice([town for town in towns if town])
        lines.append(json.dumps(town.pop(0)))
        if random.random() < 0.02:
            lines.append("")
    files = folder / "program.json", folder / "history.jsonl"
    files[0].write_text(json.dumps(terms))
    files[1].write_text("\n".join(lines) + "\n")
    return files


def both(program_file: Path, history_path: Path, processes: int = 2) -> tuple[str, str]:
    programs, alone, shared = [read_program(program_file)], io.StringIO(), io.StringIO()
    write_json(programs, history_path, alone, silent)
    write_json_in_processes(programs, history_path, shared, silent, processes)
    return alone.getvalue(), shared.getvalue()


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("mentioned", [False, True])
def test_the_result_is_that_of_one_process(tmp_path, monkeypatch, number, mentioned):
    """Held rewards, so that orders become final when they mature; long files count mentions."""
    if mentioned:
        monkeypatch.setattr(history_file, "SHORT_FILE_BYTES", 0)
        monkeypatch.setattr(history_names, "SHORT_FILE_BYTES", 0)
    files = invent(tmp_path, SEED + number, **({"hold_days": 14} if number else {}))
    alone, shared = both(*files, processes=2 + number % 2)
    assert json.loads(alone)["rewards"] and shared == alone


def test_several_programs_give_a_list(tmp_path):
    first, lines = invent(tmp_path, SEED)
    programs = [read_program(first)] * 2
    alone, shared = io.StringIO(), io.StringIO()
    write_json(programs, lines, alone, silent)
    write_json_in_processes(programs, lines, shared, silent, 2)
    assert shared.getvalue() == alone.getvalue()


def test_people_who_have_to_do_with_one_another_are_in_one_run(tmp_path):
    _, lines = invent(tmp_path, SEED)
    shares = share_history(lines, 3, silent).shares
    runs: dict[str, set[int]] = {}
    for share, line in zip(shares, lines.read_text().splitlines(), strict=True):
        for person in re.findall(rf"(?:{'|'.join(PEOPLE)})\d", line):
            runs.setdefault(person, set()).add(share)
    assert len(runs) > TOWNS and {len(found) for found in runs.values()} == {1}
    assert set.union(*runs.values()) == {0, 1, 2}


def test_a_guest_who_is_named_by_our_own_id_keeps_the_history_together(tmp_path):
    program_file, lines = invent(tmp_path, SEED)
    with lines.open("a") as file:
        file.write('{"type": "blocked", "member": "guest:abc", "at": "2026-04-01T00:00:00Z"}\n')
    shared = share_history(lines, 3, silent)
    assert {*shared.shares} - {history_names.NOBODY} == {0}
    alone, together = both(program_file, lines)
    assert alone == together


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_the_seed_of_hashes_changes_nothing(tmp_path, seed):
    program_file, lines = invent(tmp_path, SEED, hold_days=14)
    alone, _ = both(program_file, lines)
    for more in ([], ["--processes", "3"]):
        command = [sys.executable, "-m", "local.cli.main", "backtest", "--json", *more]
        done = subprocess.run(
            [*command, str(program_file), str(lines)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == alone


def test_the_first_line_that_cannot_be_read_is_named_and_nothing_is_printed(tmp_path, capsys):
    program_file, lines = invent(tmp_path, SEED)
    written = lines.read_text().splitlines()
    written[5], written[9] = '{"type": "member"}', "not JSON"
    lines.write_text("\n".join(written))
    asked = ["backtest", "--json", str(program_file), str(lines)]
    assert main(asked) == 2
    alone = capsys.readouterr()
    assert main([*asked, "--processes", "2"]) == 2
    assert capsys.readouterr() == alone and alone.out == "" and "line 6" in alone.err


@pytest.mark.parametrize("more", [["--json", "--processes", "0"], ["--processes", "2"]])
def test_a_wrong_number_of_processes_is_refused(tmp_path, capsys, more):
    files = map(str, invent(tmp_path, SEED))
    assert main(["backtest", *more, *files]) == 2
    assert "--processes" in capsys.readouterr().err
