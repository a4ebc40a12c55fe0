"""The command line: `contract-tests run|traffic|drift|diff|probe|clean|mutants|list`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from .cli_options import parser
from .errors import Misuse

PASSED, FAILED, MISUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 nothing wrong, 1 findings, 2 the call could not work."""
    options = parser().parse_args(arguments)
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


if __name__ == "__main__":
    sys.exit(main())
