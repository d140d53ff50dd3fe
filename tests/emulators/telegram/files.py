"""Files on the emulated servers, and the media objects that describe them in messages."""

import struct
from dataclasses import dataclass

from .errors import Json, bad

PHOTO_LIMIT = 10 * 1024 * 1024

_FOLDERS = {
    "photo": ("photos", "jpg"),
    "document": ("documents", "bin"),
    "video": ("videos", "mp4"),
    "audio": ("music", "mp3"),
    "voice": ("voice", "oga"),
    "animation": ("animations", "mp4"),
    "sticker": ("stickers", "webp"),
    "video_note": ("video_notes", "mp4"),
}
_MIME = {
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "voice": "audio/ogg",
    "animation": "video/mp4",
    "document": "application/octet-stream",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrives, from a bot or from a user."""

    content: bytes
    name: str | None = None
    mime: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    reference: Json
    path: str
    kind: str
    upload: Upload
    media: Json | list[Json]


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, JPEG or WebP; None for anything else."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        return struct.unpack(">II", content[16:24])
    if content[:4] == b"GIF8" and len(content) >= 10:
        return struct.unpack("<HH", content[6:10])
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp_size(content)
    if content[:2] == b"\xff\xd8":
        return _jpeg_size(content)
    return None


def _webp_size(content: bytes) -> tuple[int, int]:
    if content[12:16] == b"VP8X" and len(content) >= 30:
        width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
        return width, height
    if content[12:16] == b"VP8 " and len(content) >= 30:
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if content[12:16] == b"VP8L" and len(content) >= 25:
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return 512, 512


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, size = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + size
    return None


def check_photo(upload: Upload) -> None:
    """Raises what Telegram answers when a bot sends bytes that cannot be a photo."""
    if len(upload.content) > PHOTO_LIMIT:
        raise bad(
            f"file of size {len(upload.content)} bytes is too big for a photo; "
            f"the maximum size is {PHOTO_LIMIT} bytes"
        )
    size = image_size(upload.content)
    if size is None:
        raise bad("IMAGE_PROCESS_FAILED")
    if sum(size) > 10_000 or min(size) < 1 or max(size) > 20 * min(size):
        raise bad("PHOTO_INVALID_DIMENSIONS")


class FileStore:
    def __init__(self) -> None:
        self._by_id: dict[str, Stored] = {}
        self._by_path: dict[str, Stored] = {}
        self._serial = 0

    def add(self, kind: str, upload: Upload, details: Json | None = None) -> Stored:
        """Keeps the file; `media` of the answer is what a message of that kind carries."""
        reference = self._reference(kind, upload)
        if kind != "photo":
            media = reference | _described(kind, upload) | (details or {})
            return self._keep(reference, kind, upload, media)
        width, height = image_size(upload.content) or (640, 480)
        small = self._reference(kind, upload)
        ratio = min(1.0, 90 / max(width, height))
        thumbnail = small | {
            "width": max(1, round(width * ratio)),
            "height": max(1, round(height * ratio)),
            "file_size": max(1, len(upload.content) // 10),
        }
        sizes = [thumbnail, reference | {"width": width, "height": height}]
        self._keep(small, kind, upload, sizes)
        return self._keep(reference, kind, upload, sizes)

    def _reference(self, kind: str, upload: Upload) -> Json:
        self._serial += 1
        return {
            "file_id": f"AgACAgUAAxk{kind[:3]}{self._serial:08d}",
            "file_unique_id": f"AQAD{self._serial:08d}",
            "file_size": len(upload.content),
        }

    def _keep(self, reference: Json, kind: str, upload: Upload, media: Json | list[Json]) -> Stored:
        folder, extension = _FOLDERS[kind]
        if upload.name and "." in upload.name:
            extension = upload.name.rpartition(".")[2]
        path = f"{folder}/file_{len(self._by_path)}.{extension}"
        stored = Stored(reference, path, kind, upload, media)
        self._by_id[reference["file_id"]] = self._by_path[path] = stored
        return stored

    def get(self, file_id: str) -> Stored | None:
        return self._by_id.get(file_id)

    def at(self, path: str) -> bytes | None:
        stored = self._by_path.get(path)
        return stored.upload.content if stored else None


def _described(kind: str, upload: Upload) -> Json:
    described: Json = {}
    if kind in _MIME:
        described["mime_type"] = upload.mime or _MIME[kind]
    if kind in ("document", "video", "audio", "animation") and upload.name:
        described["file_name"] = upload.name
    if kind in ("video", "animation"):
        described |= {"width": 640, "height": 360, "duration": 1}
    if kind in ("audio", "voice"):
        described["duration"] = 1
    if kind == "video_note":
        described |= {"length": 240, "duration": 1}
    if kind == "sticker":
        described |= {
            "width": 512,
            "height": 512,
            "is_animated": upload.content[:2] == b"\x1f\x8b",
            "is_video": upload.content[:4] == b"\x1a\x45\xdf\xa3",
            "type": "regular",
        }
    return described
