"""`mockserver spec`: print a contract."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from ..resource_files import bundled

HELP = "print the contract"


def add_arguments(parser: ArgumentParser) -> None:
    """Which one, and how."""
    parser.add_argument("--format", choices=("yaml", "json"), default="yaml")
    parser.add_argument("--control", action="store_true", help="the control plane's instead of PostHog's")


def run(options: Namespace) -> int:
    """Print it."""
    source = bundled("spec/control.yaml" if options.control else "spec/openapi.yaml")
    text = source.read_text("utf-8")
    if options.format == "json":
        import json

        import yaml

        text = json.dumps(yaml.safe_load(text), indent=2) + "\n"
    sys.stdout.write(text)
    return 0
