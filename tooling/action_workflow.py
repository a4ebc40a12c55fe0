"""`python tooling/action_workflow.py FOLDER`: lay out workflows that actionlint can read.

It reads workflows alone, so the steps of the composite action are turned into a workflow that is called with
the action's inputs, and the example's workflows are put where `./insights-mock` is the action.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOW = re.compile(r'^```yaml title="[^"]+"\n(.*?)^```$', re.DOTALL | re.MULTILINE)


def as_workflow(action: dict[str, object]) -> dict[str, object]:
    """The steps of a composite action as a job, with its inputs as those of a call."""
    inputs = {
        name: {"type": "string", "default": given.get("default", "")}
        for name, given in action["inputs"].items()  # type: ignore[attr-defined]
    }
    steps = action["runs"]["steps"]  # type: ignore[index]
    return {
        "on": {"workflow_call": {"inputs": inputs}},
        "jobs": {"steps": {"runs-on": "ubuntu-latest", "steps": steps}},
    }


def main(folder: Path) -> None:
    """Write the action, its workflow and the examples."""
    workflows, action = folder / ".github" / "workflows", folder / "insights-mock"
    for each in (workflows, action, folder / ".git"):
        each.mkdir(parents=True, exist_ok=True)
    text = (ROOT / "action.yml").read_text("utf-8")
    (action / "action.yml").write_text(text, "utf-8")
    (workflows / "action.yml").write_text(yaml.safe_dump(as_workflow(yaml.safe_load(text))), "utf-8")
    for path in (ROOT / "examples" / "github-actions").glob("*.yml"):
        (workflows / path.name).write_bytes(path.read_bytes())
    for page in (ROOT / "docs" / "how-to").glob("*.md"):
        for number, found in enumerate(WORKFLOW.findall(page.read_text("utf-8"))):
            if "\njobs:" not in found:
                continue
            (workflows / f"{page.stem}-{number}.yml").write_text(found, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
