"""The parameters of one request, however the client encoded them."""

from email import message_from_string
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from .errors import ApiError, Json, bad
from .files import Upload


class Params:
    """Values are text or, in JSON bodies, whatever JSON gave; a nested object may be JSON text."""

    __slots__ = ("uploads", "values")

    def __init__(self, values: Json, uploads: dict[str, Upload] | None = None) -> None:
        self.values = values
        self.uploads = uploads or {}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        return value if isinstance(value, str) else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.optional_integer(name)
        return default if value is None else value

    def optional_integer(self, name: str) -> int | None:
        value = self.values.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad(f"{name} is not a number") from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes")

    def json(self, name: str) -> Any:
        """The nested value, or None where it is absent."""
        value = self.values.get(name)
        if not isinstance(value, str | bytes):
            return value
        if not value:
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad(f"can't parse {name} JSON object") from None

    @property
    def chat(self) -> int | str:
        value = self.values.get("chat_id", "")
        return value if isinstance(value, int | str) else str(value)

    def within(self, item: Json) -> "Params":
        """The parameters of a nested object, such as one item of an album."""
        return Params(item, self.uploads)


async def read_params(request: web.BaseRequest, upload_limit: int) -> Params:
    """Decodes query and body; 413 when the body cannot hold a file within the limit."""
    values: Json = dict(request.query) if request.query_string else {}
    if (request.content_length or 0) > upload_limit + 65_536:
        async for _ in request.content.iter_chunked(1 << 20):
            pass
        raise ApiError(413, "Request Entity Too Large")
    body = await request.content.read()
    if not body:
        return Params(values)
    kind = request.content_type
    if kind == "application/json":
        return Params(values | _json_object(body))
    if kind == "multipart/form-data":
        fields, uploads = _multipart(body, request.headers["Content-Type"])
        if any(len(upload.content) > upload_limit for upload in uploads.values()):
            raise ApiError(413, "Request Entity Too Large")
        return Params(values | fields, uploads)
    return Params(values | dict(parse_qsl(body.decode(), keep_blank_values=True)))


def _json_object(body: bytes) -> Json:
    try:
        decoded = orjson.loads(body)
    except orjson.JSONDecodeError:
        decoded = None
    if not isinstance(decoded, dict):
        raise bad("can't parse JSON object")
    return decoded


def _multipart(body: bytes, content_type: str) -> tuple[Json, dict[str, Upload]]:
    boundary = message_from_string(f"Content-Type: {content_type}\n\n").get_boundary("")
    fields: Json = {}
    uploads: dict[str, Upload] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        headers = message_from_string(head.decode().lstrip("\r\n"))
        name = str(headers.get_param("name", header="content-disposition"))
        if (filename := headers.get_filename()) is not None:
            uploads[name] = Upload(content, filename, headers.get_content_type())
        else:
            fields[name] = content.decode()
    return fields, uploads
