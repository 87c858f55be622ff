"""Uploaded photographs, decoded and encoded anew: nothing of the file that was sent is kept but its picture."""

from dataclasses import dataclass
from io import BytesIO
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.errors import Refusal
from wiki.photographs.jpeg import count_scans

__all__ = ["MAX_BYTES", "MAX_PIXELS", "CleanPhoto", "PhotoRefused", "clean_photo"]

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 20_000_000
MAX_SCANS = 32
LONGEST_EDGE = 2_400
"""Pixels: the small print of a type plate that fills the picture stays readable."""

THUMB_EDGE = 480
_QUALITY = 85
_READ = ("JPEG", "PNG", "WEBP")
_TOO_MANY_PIXELS = f"The photo has more than {MAX_PIXELS // 1_000_000} megapixels. Make it smaller and retry."

_Data = bytes


class PhotoRefused(Refusal):
    """The upload is not a photograph that we keep; the message is a sentence for the person who sent it."""


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A photograph and its thumbnail, without metadata, upright; width and height in pixels."""

    bytes: _Data
    format: str
    """``JPEG``, or ``WEBP`` for a picture with transparency."""

    width: int
    height: int
    thumb: _Data
    """The same picture and format, at most 480 pixels wide and high."""

    @property
    def extension(self) -> str:
        """The end of a file name for it, without the dot."""
        return {"JPEG": "jpg", "WEBP": "webp"}[self.format]


def clean_photo(upload: IO[bytes]) -> CleanPhoto:
    """Return the picture in an uploaded file, from where the file stands; raises ``PhotoRefused``.

    JPEG, PNG and WebP by their content, whatever the file is called. Of an animation the first frame is kept.
    """
    data = upload.read(MAX_BYTES + 1)
    if not data:
        raise PhotoRefused("The file is empty.")
    if len(data) > MAX_BYTES:
        raise PhotoRefused(f"The photo is larger than {MAX_BYTES // 1024 // 1024} MB.")
    if count_scans(data) > MAX_SCANS:
        raise PhotoRefused("The photo is built in a way that no camera builds it. Save it again and retry.")
    picture = _picture(data)
    kind = "WEBP" if picture.mode == "RGBA" else "JPEG"
    thumb = picture.copy()
    thumb.thumbnail((THUMB_EDGE, THUMB_EDGE))
    return CleanPhoto(
        bytes=_encoded(picture, kind),
        format=kind,
        width=picture.width,
        height=picture.height,
        thumb=_encoded(thumb, kind),
    )


def _picture(data: bytes) -> Image.Image:
    """Decode a file to an upright RGB or RGBA picture that carries nothing else."""
    try:
        image = Image.open(BytesIO(data), formats=_READ)
        if image.width * image.height > MAX_PIXELS:
            raise PhotoRefused(_TOO_MANY_PIXELS)
        image.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
        picture = image.convert("RGBA" if image.has_transparency_data else "RGB")
        picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
        picture = ImageOps.exif_transpose(picture)
    except PhotoRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoRefused(_TOO_MANY_PIXELS) from error
    except UnidentifiedImageError as error:
        raise PhotoRefused("This is not a JPEG, PNG or WebP photo.") from error
    except Exception as error:  # decoders fail on damaged files with OSError, ValueError, SyntaxError, …
        raise PhotoRefused("The photo is damaged or incomplete and cannot be read.") from error
    picture.info.clear()  # comments and profiles would be written again from here
    return picture


def _encoded(picture: Image.Image, kind: str) -> bytes:
    out = BytesIO()
    picture.save(out, kind, quality=_QUALITY)
    return out.getvalue()
