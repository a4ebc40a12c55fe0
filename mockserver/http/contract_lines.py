"""Where in the contract's YAML text a JSON pointer leads, so that people can look it up."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class ContractLines:
    """Line numbers by pointer. The text is read when the first line is asked for."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self._root: Any = None

    def line(self, pointer: str) -> int | None:
        """The line of a place (from 1), or of the nearest one above it; references are followed."""
        if self._root is None:
            self._root = self._compose()
        node, line = self._root, None
        for part in _parts(pointer):
            node = self._follow(node)
            found = _child(node, part)
            if found is None:
                break
            line, node = found
        return line

    def _compose(self) -> Any:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return yaml.compose(self._source.read_text(encoding="utf-8"), Loader=loader)

    def _follow(self, node: Any) -> Any:
        for _ in range(20):
            found = _child(node, "$ref")
            if found is None or not isinstance(found[1].value, str):
                return node
            node = self._root
            for part in _parts(found[1].value):
                step = _child(node, part)
                if step is None:
                    return node
                node = step[1]
        return node


def _parts(pointer: str) -> list[str]:
    raw = pointer.removeprefix("#").strip("/").split("/")
    return [part.replace("%25", "%").replace("~1", "/").replace("~0", "~") for part in raw if part]


def _child(node: Any, name: str) -> tuple[int, Any] | None:
    if isinstance(node.value, list):
        if node.id == "sequence":
            place = int(name) if name.isdigit() else -1
            if 0 <= place < len(node.value):
                return node.value[place].start_mark.line + 1, node.value[place]
            return None
        for key, value in node.value:
            if key.value == name:
                return key.start_mark.line + 1, value
    return None
