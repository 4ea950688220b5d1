"""The progress of an import, as the API returns it."""

from collections.abc import Sequence
from typing import Any

from shared.store.programs.imports import ImportRun, RefusedRow


def import_answer(run: ImportRun, refused: Sequence[RefusedRow] = ()) -> dict[str, Any]:
    """An import and its refused rows. `rows` counts all rows; `changed` and `unchanged` count only
    rows that are done.
    """
    return {
        "id": run.id,
        "kind": run.kind,
        "state": run.state,
        "rows": run.rows,
        "changed": run.changed,
        "unchanged": run.same,
        "refused": [{"row": number, "reason": reason} for number, reason in refused],
    }
