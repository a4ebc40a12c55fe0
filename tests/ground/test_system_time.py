"""Time comes from the injected clock alone."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.clock import SystemTime
from tests.system_time import EXEMPT, READINGS, SystemTimeRead

PACKAGE = Path(__file__).resolve().parents[2] / "mockserver"
NOW_METHODS = ("now", "utcnow", "today")
MODULES = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if not ".".join(("mockserver", *path.relative_to(PACKAGE).with_suffix("").parts)).startswith(EXEMPT)
)


def readings(tree: ast.Module) -> Iterator[str]:
    """Where a module could read the machine's clock: `datetime.now()` runs in C, so only its text tells."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(alias.name == "time" for alias in node.names):
            yield f"line {node.lineno}: import time"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield f"line {node.lineno}: from time import"
        elif isinstance(node, ast.Attribute) and node.attr in NOW_METHODS and _is_date(node.value):
            yield f"line {node.lineno}: .{node.attr}"


def _is_date(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    return name in ("datetime", "date")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_but_the_clock_reads_system_time(path: Path) -> None:
    assert list(readings(ast.parse(path.read_text("utf-8")))) == []


def test_the_check_knows_a_reading_when_it_sees_one() -> None:
    source = (
        "import time\nfrom time import time\nimport datetime\ndatetime.datetime.now()\ndate.today()\nx.now()"
    )

    assert len(list(readings(ast.parse(source)))) == 4


@pytest.mark.parametrize("name", READINGS)
def test_system_time_fails_for_the_program_while_tests_run(name: str) -> None:
    code = compile(f"time.{name}()", "<a module>", "eval")

    with pytest.raises(SystemTimeRead):
        eval(code, {"__name__": "mockserver.api.insights", "time": time})
    assert eval(code, {"__name__": "asyncio", "time": time}) > 0


def test_the_clock_itself_may_read_it() -> None:
    assert SystemTime().now().year >= 2025
