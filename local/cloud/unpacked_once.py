"""Makes MiniStack unpack the same archive only once.

MiniStack unpacks the code and the layers of each function that it starts. A layer has four thousand
files and belongs to every function, so later functions get a link to the folder of the first one.
"""

import tempfile
import threading
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any


def unpack_once(runtime: ModuleType) -> None:
    """Makes MiniStack's function runtime share the unpacked folders; replaces `zipfile` in the
    module `runtime`.
    """
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
