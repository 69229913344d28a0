"""Images are kept upright, small enough, and without a camera's notes; the others as they came."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image, PngImagePlugin

from studium.lib.pictures import MAX_SIDE, prepared

ORIENTATION, MAKER, PLACE = 0x0112, 0x010F, 0x8825


def photo(size=(60, 40), kind: str = "JPEG", *, turned: int = 1, **options) -> bytes:
    """A picture, red on the left and blue on the right, with what a camera writes into it."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[MAKER], exif[ORIENTATION] = "Camera of Ada", turned
    exif.get_ifd(PLACE)[1] = "N"
    out = io.BytesIO()
    image.save(out, kind, exif=exif, **options)
    return out.getvalue()


def plain(size=(3, 2), kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_small_image_without_notes_keeps_its_bytes(kind):
    file = prepared(plain(kind=kind))
    assert file.data == plain(kind=kind)
    assert (file.media_type, file.width, file.height) == (f"image/{kind.lower()}", 3, 2)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_a_camera_wrote_does_not_stay_and_the_picture_stands_upright(kind):
    sent = photo(kind=kind, turned=6)
    assert b"Camera of Ada" in sent
    file = prepared(sent)
    assert b"Camera" not in file.data
    kept = Image.open(io.BytesIO(file.data))
    assert not kept.getexif()
    assert (file.width, file.height) == kept.size == (40, 60)
    top, bottom = kept.convert("RGB").getpixel((20, 5)), kept.convert("RGB").getpixel((20, 55))
    assert top[0] > 200 > bottom[0]  # the left side is the upper one after a quarter turn


def test_words_inside_a_png_and_the_second_picture_of_a_phone_go():
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Ada's laptop")
    out = io.BytesIO()
    Image.new("P", (9, 9)).save(out, "PNG", pnginfo=info, transparency=0)
    file = prepared(out.getvalue())
    assert b"laptop" not in file.data
    assert "transparency" in Image.open(io.BytesIO(file.data)).info
    out = io.BytesIO()
    both = [Image.new("RGB", (8, 6), colour) for colour in ("red", "blue")]
    both[0].save(out, "MPO", save_all=True, append_images=both[1:])
    file = prepared(out.getvalue())
    assert (file.media_type, file.width, file.height) == ("image/jpeg", 8, 6)
    assert getattr(Image.open(io.BytesIO(file.data)), "n_frames", 1) == 1


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "JPEG"), ("P", "PNG"), ("LA", "PNG")])
def test_a_large_image_becomes_as_large_as_a_page_needs(mode, kind):
    out = io.BytesIO()
    Image.new(mode, (MAX_SIDE + 800, 800)).save(out, kind)
    file = prepared(out.getvalue())
    assert file.width == MAX_SIDE
    assert file.height == round(800 * MAX_SIDE / (MAX_SIDE + 800))
    assert Image.open(io.BytesIO(file.data)).size == (file.width, file.height)


def test_a_moving_image_still_moves():
    frames = [Image.new("RGB", (5, 5), name) for name in ("red", "blue", "lime")]
    out = io.BytesIO()
    frames[0].save(
        out, "GIF", save_all=True, append_images=frames[1:], comment=b"by Ada", duration=70
    )
    assert b"by Ada" in out.getvalue()
    file = prepared(out.getvalue())
    assert b"by Ada" not in file.data
    assert Image.open(io.BytesIO(file.data)).n_frames == 3


def test_what_cannot_be_drawn_is_no_image_and_never_an_accident():
    broken = photo((300, 200))[:-2000]
    assert prepared(broken).media_type == "application/octet-stream"
    assert prepared(b"%PDF-1.7 x").media_type == "application/pdf"
    luck = random.Random(7)
    for _ in range(60):
        data = bytearray(photo(kind=luck.choice(["PNG", "JPEG", "WEBP"])))
        for _ in range(5):
            data[luck.randrange(12, len(data))] = luck.randrange(256)
        file = prepared(bytes(data))
        assert (file.width is None) == (not file.media_type.startswith("image/"))
