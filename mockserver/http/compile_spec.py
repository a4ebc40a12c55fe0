"""`python -m mockserver.http.compile_spec`: put each contract beside its YAML as JSON, for a quick start."""

from __future__ import annotations

import sys

from ..resource_files import bundled
from .contract import made_json


def main() -> int:
    """Write `spec/*.json`."""
    for source in sorted(bundled("spec").glob("*.yaml")):
        source.with_suffix(".json").write_bytes(made_json(source))
    return 0


if __name__ == "__main__":
    sys.exit(main())
