"""Sending to an app without a session.

Schemathesis 4.32 drops what means something to sockets only (redirects, certificates, proxies) where it sends
to an app over a session. Without one, as when a check asks again without credentials, it hands them on, and
the request ends in a TypeError instead of a verdict.
"""

from __future__ import annotations

from typing import Any, Final

OF_SOCKETS: Final = ("max_redirects", "verify", "cert", "proxies")


def over_an_app(schema: Any) -> Any:
    """The same schema, whose requests reach its app whether or not they have a session."""
    from schemathesis.transport.wsgi import WSGITransport

    class Sessionless(WSGITransport):
        """The transport to apps, without what is for sockets."""

        def send(self, case: Any, *, session: Any = None, **kwargs: Any) -> Any:
            """Send a case."""
            for name in OF_SOCKETS:
                kwargs.pop(name, None)
            return super().send(case, session=session, **kwargs)

    known = schema.transport
    transport = Sessionless()
    transport._copy_serializers_from(known)
    kind = type(schema)
    schema.__class__ = type(kind.__name__, (kind,), {"transport": property(lambda _: transport)})
    return schema
