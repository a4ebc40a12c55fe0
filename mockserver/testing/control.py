"""Calls to `/_mock` that raise what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx


class ControlError(Exception):
    """The control plane refused a call; `problem` is its RFC 9457 answer."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = dict(problem)
        title = problem.get("title") or "refused"
        super().__init__(f"{status} {title}: {problem.get('detail') or 'no detail'}")


class Control:
    """The control plane of one server."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def call(self, method: str, path: str, body: object = None, **parameters: object) -> Any:
        """The JSON answer of `/_mock` + `path`, None where there is none; raises ControlError.

        Parameters that are None are left out.
        """
        given = {name: str(value) for name, value in parameters.items() if value is not None}
        content = {} if body is None else {"json": body}
        answer = self._http.request(method, f"/_mock{path}", params=given, **content)  # type: ignore[arg-type]
        if answer.status_code >= 400:
            raise ControlError(answer.status_code, _problem(answer))
        return answer.json() if answer.content else None

    def close(self) -> None:
        """Let go of its connections."""
        self._http.close()


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {"detail": answer.text[:200]}
    return found if isinstance(found, dict) else {"detail": str(found)}
