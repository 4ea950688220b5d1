"""Archives that the engine unpacks for each function that it starts: the same one is unpacked once.

A layer is four thousand files, and every function has it. Later functions are led to the first one's.
"""

import tempfile
import threading
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any


def unpack_once(runtime: ModuleType) -> None:
    """Let MiniStack's runtime of functions unpack into folders that they share."""
    store = Path(tempfile.mkdtemp(prefix="unpacked-once-"))
    turn = threading.Lock()

    class SharedArchive(zipfile.ZipFile):
        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            known = hash(tuple((part.filename, part.CRC) for part in self.infolist()))
            folder, target = store / f"{known:x}", Path(path)
            with turn:
                if not folder.exists():
                    super().extractall(folder.with_suffix(".part"), members, pwd)
                    folder.with_suffix(".part").rename(folder)
            target.rmdir()
            target.symlink_to(folder)

    vars(runtime)["zipfile"] = SimpleNamespace(
        ZipFile=SharedArchive,
        BadZipFile=zipfile.BadZipFile,
        LargeFileError=zipfile.LargeZipFile,  # as MiniStack calls it
    )
