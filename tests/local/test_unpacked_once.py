"""What many functions have is unpacked once, and each finds it where it looks."""

import zipfile
from types import ModuleType

import pytest

from local.cloud.unpacked_once import unpack_once


@pytest.fixture
def runtime(tmp_path, monkeypatch) -> ModuleType:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = ModuleType("runtime")
    unpack_once(made)
    return made


def test_the_same_archive_is_unpacked_once_and_another_one_for_itself(runtime, tmp_path):
    for name, text in (("one", "a"), ("same", "a"), ("other", "b")):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr("python/module.py", text)
        (tmp_path / name).mkdir()
        with runtime.zipfile.ZipFile(tmp_path / f"{name}.zip") as archive:
            archive.extractall(tmp_path / name)
    files = {name: tmp_path / name / "python" / "module.py" for name in ("one", "same", "other")}
    assert [file.read_text() for file in files.values()] == ["a", "a", "b"]
    assert files["one"].stat().st_ino == files["same"].stat().st_ino
