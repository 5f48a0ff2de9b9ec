"""Build the manual and check it: `python -m tools.manual FILE`."""

import sys
from pathlib import Path

from tools.manual.contents import Misplaced
from tools.manual.links import faults
from tools.manual.site import Unbuilt, build, write


def main(target: Path) -> int:
    """Build the site into a file, and return 0; or say why not, and return 1."""
    try:
        files = build(Path(__file__).resolve().parents[2])
    except (Misplaced, Unbuilt) as refused:
        print(refused, file=sys.stderr)
        return 1
    found = list(faults(files))
    if found:
        print(*found, sep="\n", file=sys.stderr)
        return 1
    write(files, target)
    size = sum(map(len, files.values())) // 1024
    print(f"{target}: {len(files)} files, {size} KiB; no dead link, nothing from elsewhere")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
