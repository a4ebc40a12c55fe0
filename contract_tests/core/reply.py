"""An answer as a rule reads it: what it must be is said in one call, and a breach says what it was."""

from __future__ import annotations

from typing import Any

from ..errors import Breach
from .exchange import Exchange


class Reply:
    """An answer; every expectation raises Breach with the difference in words."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    @property
    def status(self) -> int:
        """The status."""
        return self.exchange.status

    @property
    def json(self) -> Any:
        """The body parsed; None where it is no JSON."""
        return self.exchange.json

    @property
    def text(self) -> str:
        """The body as text."""
        return self.exchange.text

    @property
    def _place(self) -> str:
        return f"{self.exchange.method} {self.exchange.path}"

    def has_status(self, *allowed: int) -> Reply:
        """Expect one of the statuses."""
        if self.status not in allowed:
            wanted = " or ".join(str(status) for status in allowed)
            raise Breach(f"{self._place} answered {self.status}, expected {wanted}{self._detail()}")
        return self

    def ok(self, *allowed: int) -> Any:
        """Expect 200 (or one of the statuses) and give the parsed body."""
        self.has_status(*(allowed or (200,)))
        if self.json is None and self.exchange.body.strip() != b"null":
            raise Breach(f"{self._place} answered {self.status} with a body that is no JSON")
        return self.json

    def object(self, *allowed: int) -> dict[str, Any]:
        """Expect success with a JSON object."""
        body = self.ok(*allowed)
        if not isinstance(body, dict):
            raise Breach(f"{self._place} answered a {type(body).__name__}, expected an object")
        return body

    def array(self, *allowed: int) -> list[Any]:
        """Expect success with a JSON array."""
        body = self.ok(*allowed)
        if not isinstance(body, list):
            raise Breach(f"{self._place} answered a {type(body).__name__}, expected an array")
        return body

    def page(self) -> dict[str, Any]:
        """Expect a page: `count`, `next`, `previous`, `results`."""
        body = self.object()
        if not isinstance(body.get("results"), list):
            raise Breach(f"{self._place} answered no page: `results` is missing or no array")
        return body

    def rows(self) -> list[Any]:
        """Expect a page and give its rows."""
        rows: list[Any] = self.page()["results"]
        return rows

    def empty(self, *allowed: int) -> Reply:
        """Expect one of the statuses and a body without a byte."""
        self.has_status(*allowed)
        if self.exchange.body:
            raise Breach(f"{self._place} answered {self.status} with a body, expected an empty one")
        return self

    def error(
        self,
        *statuses: int,
        kind: str | None = None,
        code: str | tuple[str, ...] | None = None,
        attr: str | None = None,
        says: str | None = None,
    ) -> dict[str, Any]:
        """Expect an error in the vendor's envelope with this type, code, attribute and words."""
        self.has_status(*statuses)
        body = self.json
        if not isinstance(body, dict) or not {"type", "code", "detail", "attr"} <= set(body):
            raise Breach(f"{self._place} answered {self.status} without the error envelope")
        codes = (code,) if isinstance(code, str) else code
        if kind is not None and body["type"] != kind:
            raise Breach(f"{self._place}: error type {body['type']!r}, expected {kind!r}")
        if codes is not None and body["code"] not in codes:
            wanted = " or ".join(map(repr, codes))
            raise Breach(f"{self._place}: error code {body['code']!r}, expected {wanted}")
        if attr is not None and body["attr"] != attr:
            raise Breach(f"{self._place}: error attr {body['attr']!r}, expected {attr!r}")
        if says is not None and says not in str(body["detail"]):
            raise Breach(f"{self._place}: detail {body['detail']!r} does not say {says!r}")
        return body

    def _detail(self) -> str:
        if isinstance(self.json, dict) and self.status >= 400:
            return f" ({self.json.get('detail') or self.json.get('error')})"
        return ""
