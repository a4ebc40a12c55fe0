"""The command line: `contract-tests run|traffic|drift|diff|probe|clean|mutants|list`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from .cli_options import parser
from .errors import Misuse

PASSED, FAILED, MISUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 nothing wrong, 1 findings, 2 the call could not work."""
    options = parser().parse_args(arguments)
    if arguments is None:
        _keep_the_folder_clean()
    from . import commands

    try:
        status: int = getattr(commands, f"{options.command}_command")(options)
    except Misuse as misuse:
        sys.stderr.write(f"contract-tests: {misuse}\n")
        return MISUSED
    except KeyboardInterrupt:
        sys.stderr.write("contract-tests: stopped\n")
        return MISUSED
    except BrokenPipeError:
        return FAILED
    return status


def _keep_the_folder_clean() -> None:
    """Have Hypothesis keep its tables with the ledgers, not in the folder that the command is run in."""
    from .ledger import ledger_folder

    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(ledger_folder() / "hypothesis"))


if __name__ == "__main__":
    sys.exit(main())
