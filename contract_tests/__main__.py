"""`python -m contract_tests`."""

import sys

from .cli import main

sys.exit(main())
