"""The contract and its Swagger UI, served from memory."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from .contract import Contract

MEDIA_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".png": "image/png", ".html": "text/html"}

PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{base}/swagger-ui.css">
<link rel="icon" type="image/png" href="{base}/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="{base}/swagger-ui-bundle.js"></script>
<script src="{base}/swagger-ui-standalone-preset.js"></script>
<script src="{base}/start.js"></script>
</body>
</html>
"""

START: Final = """window.onload = () => {{
  window.ui = SwaggerUIBundle({{
    url: "{address}",
    dom_id: "#swagger-ui",
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset.slice(1)],
    layout: "BaseLayout",
    validatorUrl: null,
    docExpansion: "list",
    persistAuthorization: true,
  }});
}};
"""


class SpecDocuments:
    """Answers `/openapi.json`, `/openapi.yaml` and `/docs` (Swagger UI's own files, no third party)."""

    def __init__(
        self, app: Any, *, contract: Contract, source: Path, address: str = "/openapi", ui: str = "/docs"
    ) -> None:
        self._app = app
        self._source = source
        self._address = address
        self._ui = ui
        self._title = str(contract.document["info"]["title"])
        self._json = cache(lambda: orjson.dumps(contract.document))

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Serve a document, or pass the request on."""
        response = self._response(scope["path"]) if scope["type"] == "http" else None
        if response is None:
            await self._app(scope, receive, send)
        else:
            await response(scope, receive, send)

    def _response(self, path: str) -> Response | None:
        if path == f"{self._address}.json":
            return Response(self._json(), media_type="application/json")
        if path == f"{self._address}.yaml":
            return Response(self._source.read_bytes(), media_type="application/yaml")
        if path == self._ui:
            return RedirectResponse(f"{self._ui}/")
        if not path.startswith(f"{self._ui}/"):
            return None
        name = path[len(self._ui) + 1 :]
        if name in ("", "index.html"):
            return HTMLResponse(PAGE.format(title=self._title, base=self._ui))
        if name == "start.js":
            return Response(START.format(address=f"{self._address}.json"), media_type="text/javascript")
        return _file(name)


def _file(name: str) -> Response | None:
    import swagger_ui_bundle

    folder = Path(swagger_ui_bundle.__file__).parent
    found = next(folder.glob(f"vendor/*/{name}"), None) if "/" not in name and ".." not in name else None
    return FileResponse(found, media_type=MEDIA_TYPES.get(found.suffix)) if found else None
