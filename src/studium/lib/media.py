"""What a file is, by its bytes and never by its name; and which files a page may show inline."""

from __future__ import annotations

import io
import warnings

from PIL import Image, UnidentifiedImageError

OTHER = "application/octet-stream"
MAX_PIXELS = 50_000_000
_IMAGES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # what phones write: a JPEG with a second picture behind it
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
_OPENED = ("PNG", "JPEG", "GIF", "WEBP")
INLINE = frozenset(_IMAGES.values())
"""Types a browser may show in place. They hold no script; SVG, HTML and XML are not among them."""


def media_type(data: bytes) -> str:
    """The type decided by content: an image that can be read, a PDF, plain text, or other bytes.

    Text that could be taken for markup counts as other bytes.
    """
    if image := _image_type(data):
        return image
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return OTHER
    return OTHER if "<" in text or "\x00" in text else "text/plain"


def _image_type(data: bytes) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # words on damage: what matters is raised
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_OPENED) as image:
                kind, size = image.format, image.size
                image.verify()
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,  # Pillow's word for a broken PNG
        ValueError,
    ):
        return None
    if size[0] * size[1] > MAX_PIXELS:
        return None
    return _IMAGES.get(kind or "")
