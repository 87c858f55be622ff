"""Hostile files sent as photos."""

import random
import struct
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from wiki.photographs import PhotoRefused, clean_photo

HARMLESS_WHEN_CLEANED = {"png_with_html_tail.png"}
SCRIPT = b"<script>alert(1)</script>"


def encoded(kind: str, size: tuple[int, int] = (48, 48)) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind)
    return out.getvalue()


def webp_that_claims(width: int, height: int) -> bytes:
    """An animated WebP with a huge canvas and one small frame."""
    claimed = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    inner = encoded("WEBP", (16, 16))[12:]
    frame = b"\0" * 6 + (15).to_bytes(3, "little") * 2 + b"\x64\0\0\0" + inner
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + claimed
    body += b"ANIM" + struct.pack("<I", 6) + b"\0" * 6 + b"ANMF" + struct.pack("<I", len(frame)) + frame
    return b"RIFF" + struct.pack("<I", len(body)) + body


def test_every_hostile_file_is_refused_or_loses_what_is_hostile(shared_data: Path) -> None:
    files = sorted((shared_data / "hostile" / "files").iterdir())
    assert len(files) > 20
    accepted = set()
    for file in files:
        try:
            photo = clean_photo(BytesIO(file.read_bytes()))
        except PhotoRefused as refusal:
            assert str(refusal).endswith(".")
        else:
            accepted.add(file.name)
            assert b"<" + b"script" not in photo.bytes + photo.thumb
            assert b"html" not in (photo.bytes + photo.thumb).lower()
    assert accepted == HARMLESS_WHEN_CLEANED


@pytest.mark.parametrize(
    "data",
    [
        SCRIPT,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"GIF89a=1/*",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
    ],
    ids=["html", "svg", "pdf", "gif", "png without content", "jpeg without content"],
)
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(PhotoRefused):
        clean_photo(BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_script_behind_a_photo_is_gone(kind: str) -> None:
    photo = clean_photo(BytesIO(encoded(kind) + SCRIPT))
    assert SCRIPT not in photo.bytes + photo.thumb


def test_a_canvas_that_is_only_claimed_is_refused_before_it_is_decoded() -> None:
    assert clean_photo(BytesIO(webp_that_claims(64, 64))).width == 64
    with pytest.raises(PhotoRefused, match="megapixels"):
        clean_photo(BytesIO(webp_that_claims(16_383, 16_383)))


@pytest.mark.filterwarnings("ignore")  # a reader's warning about damage is not a failure
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_damaged_photo_is_kept_or_refused_but_never_fails(kind: str) -> None:
    whole, chance = encoded(kind), random.Random(7)
    outcomes = set()
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            damaged[chance.randrange(min(len(damaged), chance.choice([64, 700, len(damaged)])))] = chance.randrange(256)
        try:
            clean_photo(BytesIO(bytes(damaged)))
        except PhotoRefused:
            outcomes.add("refused")
        else:
            outcomes.add("kept")
    assert "refused" in outcomes
