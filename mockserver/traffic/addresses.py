"""Which operation of the contract a call is for, if any."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import unquote, urlsplit

from ..http.contract import Contract, Operation
from ..http.path_tree import PathTree
from .exchange import Request

ALIASES: Final = (("/api/environments/", "/api/projects/"), ("/shared_dashboard/", "/shared/"))
# what belongs to one of these is a resource of its own: the project's insights, the project's alerts
TENANTS: Final = ("/api/projects/", "/api/organizations/")


class Place(StrEnum):
    """What a call is, as far as its address goes."""

    OPERATION = "operation"
    NO_PATH = "no such path"
    NO_METHOD = "no such method"
    ELSEWHERE = "not of this contract"
    PREFLIGHT = "preflight"
    WEBSOCKET = "websocket"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a call leads. `path_params` are decoded; `allowed` are the methods that the path has."""

    place: Place
    operation: Operation | None = None
    path_params: Mapping[str, str] | None = None
    template: str = ""
    allowed: tuple[str, ...] = ()


class Addresses:
    """Finds operations as PostHog's router does: the most particular path wins, whatever its methods.

    `bases` limits calls to servers, such as `https://eu.posthog.com` or `http://localhost:8000/posthog`;
    without any, a call to every host counts whose path is the contract's. `strict` makes a call that the
    contract does not have at all one that no operation allows, rather than one of another API.
    """

    def __init__(self, contract: Contract, bases: Iterable[str] = (), *, strict: bool = False) -> None:
        self._tree = PathTree(contract.operations.values())
        self._bases = tuple(_base(text) for text in bases)
        self._strict = strict
        self._resources = frozenset(_resource(operation.path) for operation in contract.operations.values())

    def find(self, request: Request) -> Address:
        """Where a call leads."""
        parts = urlsplit(request.url)
        if parts.scheme in ("ws", "wss"):
            return Address(Place.WEBSOCKET)
        path = self._within(parts.scheme, parts.netloc, parts.path or "/")
        if path is None:
            return Address(Place.ELSEWHERE)
        method = request.method.upper()
        found = self._tree.place(path)
        if found is None:
            return self._nowhere(path)
        operation = found.operations.get(method)
        template = next(iter(found.operations.values())).path
        if operation is not None:
            values = {name: unquote(text) for name, text in found.parameters.items()}
            return Address(Place.OPERATION, operation, values, template)
        if method == "OPTIONS":
            return Address(Place.PREFLIGHT)
        return Address(Place.NO_METHOD, template=template, allowed=tuple(sorted(found.operations)))

    def _within(self, scheme: str, netloc: str, path: str) -> str | None:
        """The path as the contract writes it, or None for another server's."""
        if self._bases and netloc:
            prefix = next(
                (
                    prefix
                    for base_scheme, base_netloc, prefix in self._bases
                    if base_netloc == netloc.lower() and (not base_scheme or base_scheme == scheme)
                    if path == prefix or path.startswith(f"{prefix}/")
                ),
                None,
            )
            if prefix is None:
                return None
            path = path[len(prefix) :]
        path = re.sub("/{2,}", "/", path).rstrip("/") or "/"
        for alias, name in ALIASES:
            if path.startswith(alias):
                return name + path[len(alias) :]
        return path

    def _nowhere(self, path: str) -> Address:
        """A path that the contract does not have: of another API, unless its resource is the contract's."""
        ours = self._strict or (path.startswith("/api/") and _resource(path) in self._resources)
        return Address(Place.NO_PATH if ours else Place.ELSEWHERE)


def _resource(path: str) -> str:
    """The part of a path that names a resource: `/api/projects/1/insights/5` is about `insights`."""
    for tenant in TENANTS:
        rest = path.removeprefix(tenant)
        if rest != path and "/" in rest:
            return f"{tenant}*/{rest.split('/')[1]}"
    return "/".join(path.split("/")[:3])


def _base(text: str) -> tuple[str, str, str]:
    """The scheme (empty for any), host and path of a base URL or a bare host."""
    if "://" not in text:
        text = f"//{text}"
    parts = urlsplit(text)
    return parts.scheme, parts.netloc.lower(), parts.path.rstrip("/")
