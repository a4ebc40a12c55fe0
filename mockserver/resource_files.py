"""Where the files that ship beside the code are: `spec/` and `fixtures/`."""

from __future__ import annotations

from pathlib import Path


def bundled(path: str) -> Path:
    """The path of a shipped file or folder, such as `bundled("spec/openapi.yaml")`.

    An installed wheel keeps them in `mockserver/bundled/`, a checkout at its top. The path is not promised
    to exist; in a wheel and in a checkout what is shipped does.
    """
    package = Path(__file__).resolve().parent
    installed = package / "bundled"
    return (installed if installed.is_dir() else package.parent) / path
