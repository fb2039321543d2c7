"""Photos as a document needs them: turned upright, small, and JPEG."""

from __future__ import annotations

import io
from dataclasses import dataclass

PIXELS = 1600
WIDTH_CM, HEIGHT_CM = 12.0, 11.0
"""The room for one photo in a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A JPEG with the width at which it is printed."""

    jpeg: bytes
    width_cm: float


def small_picture(content: bytes) -> Photo:
    """A photo of at most 1600 pixels a side: a report with sixty photos as they were taken weighs 60 MB.

    Raises:
        OSError: this is no picture that can be read.
    """
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
        picture.thumbnail((PIXELS, PIXELS))
        target = io.BytesIO()
        picture.save(target, "JPEG", quality=82)
        width, height = picture.size
    return Photo(jpeg=target.getvalue(), width_cm=round(min(WIDTH_CM, HEIGHT_CM * width / height), 2))
