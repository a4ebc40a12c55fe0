"""Calls to the fake as a recorder sees them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx

from mockserver.traffic import Exchange, Request, Response
from mockserver.traffic.exchange import lower_headers


def exchange_of(response: httpx.Response) -> Exchange:
    """A call that a client has made."""
    request = response.request
    return Exchange(
        Request(
            request.method, str(request.url), lower_headers(request.headers.multi_items()), request.read()
        ),
        Response(response.status_code, lower_headers(response.headers.multi_items()), response.content),
        0.01,
    )


def with_body(exchange: Exchange, change: Callable[[Any], None]) -> Exchange:
    """The same call with another answer: the JSON of the body, changed in place."""
    assert exchange.response is not None
    body = json.loads(exchange.response.body or b"null")
    change(body)
    return replace(exchange, response=replace(exchange.response, body=json.dumps(body).encode()))
