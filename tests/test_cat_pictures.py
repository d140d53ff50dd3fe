"""What the cat tax draws, and what it lets in of the pictures that strangers send."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.community.collage import Framed, collage
from bot.community.stamp import RED, Receipt, stamp, stamped
from bot.community.thumbnail import NoPicture, thumbnail
from bot.community.typeface import drawable, fitted

ANN = Receipt(42, "Ann", "2025-01-19")


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **how)
    return written.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def plain(size: tuple[int, int] = (800, 600), colour: str = "orange") -> bytes:
    return saved(Image.new("RGB", size, colour), "JPEG")


def red_in(image: Image.Image) -> int:
    """Pixels about as red as the ink."""
    pixels = image.convert("RGB").tobytes()
    return sum(
        abs(pixels[i] - RED[0]) + abs(pixels[i + 1] - RED[1]) + abs(pixels[i + 2] - RED[2]) < 60
        for i in range(0, len(pixels), 3)
    )


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be a large picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_the_same_receipt_is_stamped_the_same() -> None:
    assert stamp(ANN) == stamp(Receipt(42, "Ann", "2025-01-19"))
    assert opened(stamp(ANN)).format == "PNG"


@pytest.mark.parametrize(
    "other",
    [Receipt(43, "Ann", "2025-01-19"), Receipt(42, "Bo", "2025-01-19"), Receipt(42, "Ann", "2026")],
)
def test_a_stamp_shows_number_name_and_date(other: Receipt) -> None:
    assert stamp(other) != stamp(ANN)


@pytest.mark.parametrize("name", ["小梅", "", "🐱🐱", "a" * 300, "\x00\u202e", "𝓐𝓷𝓷"])
def test_any_name_can_be_stamped(name: str) -> None:
    assert red_in(opened(stamp(Receipt(99_999_999, name, "2025-01-19")))) > 20_000


def test_a_picture_is_stamped_in_its_corner() -> None:
    shown = opened(stamped(thumbnail(plain()), ANN))
    assert red_in(shown.crop((320, 240, 640, 480))) > 2_000
    assert red_in(shown.crop((0, 0, 320, 480))) == 0


@given(st.text(max_size=40))
def test_only_what_has_a_shape_is_left_of_a_name(name: str) -> None:
    shown = drawable(name)
    assert shown == drawable(shown)
    font, words = fitted(shown, 120, size=40, smallest=20)
    assert font.getlength(words) <= 120


def test_a_name_keeps_both_scripts_and_loses_its_emoji() -> None:
    assert drawable("小梅🐱 Mei\n臺灣") == "小梅 Mei 臺灣"


@pytest.mark.parametrize("count", range(1, 11))
def test_a_collage_holds_up_to_nine(count: int) -> None:
    cats = [Framed(thumbnail(plain((300, 200))), n, f"Cat {n}", n) for n in range(1, count + 1)]
    shown = opened(collage(cats, "Cats", "this week"))
    orange = Image.new("RGB", (1, 1), "orange").tobytes()
    squares = shown.resize((shown.width // 10, shown.height // 10)).convert("RGB").tobytes()
    near = sum(
        all(abs(squares[i + k] - orange[k]) < 24 for k in range(3))
        for i in range(0, len(squares), 3)
    )
    assert min(count, 9) - 1 < near / 1330 < min(count, 9) + 1  # a square is 38 × 38 here


def test_a_collage_of_the_same_cats_is_the_same() -> None:
    cats = [Framed(thumbnail(plain()), 1, "Ann", 3)]
    assert collage(cats, "Cats", "") == collage(cats, "Cats", "")
    assert collage(cats, "Cats", "") != collage([Framed(cats[0].picture, 1, "Ann")], "Cats", "")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("size", [(1, 1), (2000, 40), (30, 1900), (700, 700)])
def test_a_picture_becomes_small(kind: str, size: tuple[int, int]) -> None:
    small = opened(thumbnail(saved(Image.new("RGB", size, "orange"), kind)))
    assert small.format == "JPEG"
    assert small.size[0] <= 640 >= small.size[1]
    assert max(small.size) == min(640, max(size))


def test_where_a_picture_was_taken_is_not_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "A Camera Maker"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 9.0)
    taken = saved(Image.new("RGB", (90, 60)), "JPEG", exif=exif.tobytes(), comment=b"at home")
    assert b"A Camera Maker" in taken
    kept = thumbnail(taken)
    assert b"A Camera Maker" not in kept
    assert b"at home" not in kept
    assert dict(opened(kept).getexif()) == {}


def test_a_picture_taken_sideways_is_shown_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    taken = saved(Image.new("RGB", (300, 200)), "JPEG", exif=exif.tobytes())
    assert opened(thumbnail(taken)).size == (200, 300)


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_kept(kind: str) -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue", "lime")]
    moving = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=80)
    red, _, blue = opened(thumbnail(moving)).convert("RGB").tobytes()[:3]
    assert red > 200 > 60 > blue


def test_what_is_transparent_shows_paper() -> None:
    clear = saved(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), "PNG")
    assert min(opened(thumbnail(clear)).convert("RGB").tobytes()) > 220


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"meow", "unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unreadable"),
        (b"%PDF-1.7 meow", "unreadable"),
        (plain()[:400], "unreadable"),
        (saved(Image.new("RGB", (8, 8)), "BMP"), "unreadable"),
        (huge_png(30, 30), "unreadable"),
        (huge_png(8000, 6250), "too_many_pixels"),
        (huge_png(40_000, 40_000), "too_many_pixels"),
        (huge_png(11_000, 11_000), "too_many_pixels"),
        (plain((8400, 6200))[:2000], "too_many_pixels"),  # known before any of it is unpacked
    ],
)
def test_what_is_no_picture_is_told_apart(content: bytes, reason: str) -> None:
    with pytest.raises(NoPicture) as refused:
        thumbnail(content)
    assert refused.value.reason == reason


def test_a_phones_fifty_megapixels_are_taken_as_jpeg() -> None:
    assert opened(thumbnail(plain((8160, 6144)))).size == (640, 482)


@given(
    st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1),
)
def test_a_damaged_picture_is_shown_or_refused(kind: str, damage: list[tuple[float, int]]) -> None:
    content = bytearray(saved(Image.linear_gradient("L").resize((40, 30)), kind))
    for place, value in damage:
        content[int(place * len(content))] = value
    try:
        kept = thumbnail(bytes(content))
    except NoPicture:
        return
    assert opened(kept).format == "JPEG"
