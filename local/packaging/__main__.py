"""`python -m local.packaging [FOLDER]`: finishes the artifacts of `sam build` in the folder and
prints their sizes.
"""

import sys
from pathlib import Path

from local.packaging.artifacts import MEGABYTE, ArtifactTooLarge, finish_artifacts


def main() -> int:
    build = Path(*sys.argv[1:2] or [".aws-sam/build"])
    try:
        sizes = finish_artifacts(build)
    except ArtifactTooLarge as refusal:
        print(f"grapevine: {refusal}", file=sys.stderr)
        return 1
    layers = [size for size in sizes if size.name.endswith("Layer")]
    functions = [size for size in sizes if size not in layers]
    for size in (*layers, max(functions, key=lambda each: each.zipped)):
        print(
            f"{size.name}: {size.zipped / MEGABYTE:.1f} MB zipped,"
            f" {size.unpacked / MEGABYTE:.1f} MB unpacked"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
