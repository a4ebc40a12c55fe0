"""An answer as a report shows it."""

from __future__ import annotations

from typing import Final

from .exchange import Exchange

SHOWN: Final = 4000


def shown(exchange: Exchange) -> str:
    """Status, telling headers and the beginning of the body; secrets are still in it."""
    if exchange.failure is not None:
        return exchange.failure
    head = [f"HTTP {exchange.status}"]
    head += [
        f"{name}: {exchange.headers[name]}"
        for name in ("content-type", "allow", "retry-after", "location", "www-authenticate")
        if name in exchange.headers
    ]
    text = exchange.text
    body = text if len(text) <= SHOWN else text[:SHOWN] + f"\n… {len(text) - SHOWN} more characters"
    return "\n".join(head) + "\n\n" + body
