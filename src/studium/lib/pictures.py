"""Images as they are kept: upright, no larger than a page needs, nothing in them but the picture.

A camera writes into a photograph where and when it was taken, and by which device. None of that
belongs into a course. An image without such notes and of a fair size keeps its bytes.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from studium.lib import media

MAX_SIDE = 2400
"""Pixels of the longer side; a column of text is some 700 wide, twice that on fine screens."""
_CAMERA = {"exif", "xmp", "photoshop", "comment", "mp", "XML:com.adobe.xmp", "parameters"}
_PROFILES = {f"Raw profile type {kind}" for kind in ("exif", "iptc", "xmp")}
_BROKEN = (
    *(UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file ready to be stored; `width` and `height` in pixels, None for what is no image."""

    data: bytes
    media_type: str
    width: int | None = None
    height: int | None = None


def prepared(data: bytes) -> Prepared:
    """The file as it is to be kept; an image that cannot be decoded counts as other bytes.

    An image of several frames keeps its size.
    """
    kind = media.media_type(data)
    if kind not in media.INLINE:
        return Prepared(data, kind)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # notes that are damaged; they go anyway
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                return _kept(image, data, kind)
    except _BROKEN:
        return Prepared(data, media.OTHER)


def _kept(image: Image.Image, data: bytes, kind: str) -> Prepared:
    is_moving = kind != "image/jpeg" and getattr(image, "n_frames", 1) > 1
    is_large = max(image.size) > MAX_SIDE and not is_moving
    if not is_large and not _tells_more(image):
        return Prepared(data, kind, *image.size)
    if is_moving:
        return Prepared(_written(image, kind, save_all=True), kind, *image.size)
    if is_large:
        image.draft(image.mode, (MAX_SIDE, MAX_SIDE))  # a JPEG is then decoded at half the size
    upright = ImageOps.exif_transpose(image)
    if is_large:
        upright = _fitting(upright)
    return Prepared(_written(upright, kind), kind, *upright.size)


def _tells_more(image: Image.Image) -> bool:
    """Whether it carries notes besides the picture."""
    if image.format == "PNG":
        image.load()  # notes may stand behind the picture
    named = {str(name) for name in image.info}
    return bool(getattr(image, "text", None) or named & (_CAMERA | _PROFILES) or image.getexif())


def _fitting(image: Image.Image) -> Image.Image:
    if image.mode in ("P", "1") or image.mode.startswith("I"):
        has_alpha = "transparency" in image.info
        image = image.convert("RGBA" if has_alpha else "RGB")
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    return image


def _written(image: Image.Image, kind: str, **options: Any) -> bytes:
    profile = image.info.get("icc_profile")
    image.info = {
        name: value
        for name, value in image.info.items()
        if name in ("transparency", "loop", "duration", "background", "disposal", "dpi", "gamma")
    }
    if profile:
        options["icc_profile"] = profile
    if kind in ("image/jpeg", "image/webp"):
        options["quality"] = 88
    out = io.BytesIO()
    image.save(out, kind.removeprefix("image/").upper(), **options, **_without_notes(kind))
    return out.getvalue()


def _without_notes(kind: str) -> dict[str, Any]:
    """What keeps Pillow from copying the notes of the image that was opened."""
    if kind == "image/png":
        return {"pnginfo": None, "exif": b""}
    return {"comment": b""} if kind == "image/gif" else {"exif": b""}
