"""openapi-core's reading of the contract: values of parameters and headers, media types, forms.

What it makes for a place of the contract is made once and kept; its own validators would be made anew for
each call. Schemas are held by jsonschema-rs, from the same document; a test holds that both agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any
from urllib.parse import parse_qsl

from ..http.contract import Contract
from .bodies import Unreadable, media_type_of


class Reader:
    """Reads values as the contract describes them. openapi-core takes half a second to import."""

    def __init__(self, contract: Contract) -> None:
        self._document = contract.document
        self.media_type = cache(self._media_type)
        self._deserializer = cache(self._make_deserializer)
        self._form = cache(self._make_form)

    @cached_property
    def _spec(self) -> Any:
        from jsonschema_path import SchemaPath

        return SchemaPath.from_dict(self._document)

    @cached_property
    def _styles(self) -> Any:
        from openapi_core.casting.schemas import oas30_write_schema_casters_factory
        from openapi_core.deserializing.styles import style_deserializers
        from openapi_core.deserializing.styles.factories import StyleDeserializersFactory

        return StyleDeserializersFactory(oas30_write_schema_casters_factory, style_deserializers)

    def at(self, pointer: str) -> Any:
        """openapi-core's view of the place of a pointer in URI fragment form."""
        found = self._spec
        for part in pointer[2:].split("/"):
            key = part.replace("%25", "%").replace("~1", "/").replace("~0", "~")
            found = found / (int(key) if key.isdigit() and not _has(found, key) else key)
        return found

    def _media_type(self, content: str, declared: str) -> str | None:
        """The key under a `content` that a content type fits, ranges such as `text/*` too, or None."""
        from openapi_core.templating.media_types.exceptions import MediaTypeNotFound
        from openapi_core.templating.media_types.finders import MediaTypeFinder

        media_type = media_type_of(declared)
        try:
            return str(MediaTypeFinder(self.at(content)).find(media_type).mime_type)
        except MediaTypeNotFound:
            return None

    def value(self, parameter: str, name: str, values: Mapping[str, str]) -> Any:
        """The value of a parameter or header, of the type that its schema asks for.

        The text itself where it cannot be of that type: the schema then says so.
        """
        from openapi_core.casting.schemas.exceptions import CastError
        from openapi_core.deserializing.exceptions import DeserializeError

        deserializer = self._deserializer(parameter, name)
        if deserializer.schema_type == "string":
            # text is the text that it is; asking openapi-core costs more than all the rest
            return values[name]
        try:
            return deserializer.deserialize(values)
        except (CastError, DeserializeError):
            return values[name]

    def _make_deserializer(self, parameter: str, name: str) -> Any:
        from openapi_core.schema.parameters import get_style_and_explode

        node = self.at(parameter)
        style, explode = get_style_and_explode(node)
        return self._styles.create(self._spec, node / "schema", style, explode, name=name)

    def form(self, media: str, kind: str, body: bytes) -> Any:
        """The fields of a form, as texts where one is not of its type; raises Unreadable."""
        from openapi_core.casting.schemas.exceptions import CastError
        from openapi_core.deserializing.media_types.exceptions import MediaTypeDeserializeError

        try:
            return self._form(media, kind).deserialize(body)
        except CastError:
            return dict(parse_qsl(body.decode(), keep_blank_values=True))
        except (MediaTypeDeserializeError, UnicodeDecodeError):
            raise Unreadable(f"bytes that are no {kind}") from None

    def _make_form(self, media: str, kind: str) -> Any:
        from openapi_core.deserializing.media_types import media_type_deserializers
        from openapi_core.deserializing.media_types.factories import MediaTypeDeserializersFactory
        from openapi_core.validation.schemas import oas30_write_schema_validators_factory

        schema = self.at(media) / "schema"
        factory = MediaTypeDeserializersFactory(
            self._styles, media_type_deserializers=media_type_deserializers
        )
        validator = oas30_write_schema_validators_factory.create(self._spec, schema)
        return factory.create(self._spec, kind, schema=schema, schema_validator=validator)


def _has(path: Any, key: str) -> bool:
    return key in path
