"""What is kept of an uploaded photo, and what is refused."""

from io import BytesIO

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from wiki import photographs
from wiki.photographs import CleanPhoto, PhotoRefused, clean_photo
from wiki.photographs.jpeg import count_scans

FORMATS = ["JPEG", "PNG", "WEBP"]
ORIENTATION, MAKER = 0x0112, 0x010F
RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width // 2, height))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def cleaned(data: bytes) -> CleanPhoto:
    return clean_photo(BytesIO(data))


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def near(pixel: tuple[int, ...], colour: tuple[int, int, int]) -> bool:
    return all(abs(seen - meant) < 40 for seen, meant in zip(pixel, colour, strict=False))


@pytest.mark.parametrize("kind", FORMATS)
def test_a_photo_is_kept_with_a_thumbnail(kind: str) -> None:
    photo = cleaned(encoded(picture(1_000, 600), kind))
    assert (photo.format, photo.extension, photo.width, photo.height) == ("JPEG", "jpg", 1_000, 600)
    image, thumb = opened(photo.bytes), opened(photo.thumb)
    assert (image.format, image.size) == ("JPEG", (1_000, 600))
    assert (thumb.format, thumb.size) == ("JPEG", (480, 288))
    for shown in (image, thumb):
        assert near(shown.getpixel((10, 10)), RED)
        assert near(shown.getpixel((shown.width - 10, 10)), BLUE)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_is_kept(kind: str) -> None:
    image = picture(mode="RGBA")
    image.putalpha(0)
    photo = cleaned(encoded(image, kind))
    assert (photo.format, photo.extension) == ("WEBP", "webp")
    assert opened(photo.bytes).getchannel("A").getextrema() == (0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "I;16", "RGBA", "CMYK", "YCbCr"])
def test_every_way_of_storing_colour_is_read(mode: str) -> None:
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    source = picture(mode="L").convert(mode) if mode == "I;16" else picture(mode=mode)
    if mode == "PA":
        source = source.convert("RGBA").quantize()
    photo = cleaned(encoded(source, kind))
    assert opened(photo.bytes).size == (60, 40)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_photo_taken_with_the_camera_turned_stands_upright(kind: str) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # to be turned a quarter clockwise: what was left is then above
    photo = cleaned(encoded(picture(), kind, exif=exif))
    assert (photo.width, photo.height) == (40, 60)
    for data in (photo.bytes, photo.thumb):
        upright = opened(data)
        assert near(upright.getpixel((20, 5)), RED)
        assert near(upright.getpixel((20, 55)), BLUE)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB"), ("WEBP", "RGBA")],
)
def test_no_metadata_is_kept(kind: str, mode: str) -> None:
    exif = Image.Exif()
    exif[MAKER] = "SECRET-maker"
    exif.get_ifd(0x8825)[29] = "SECRET-place"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options = {"exif": exif, "icc_profile": profile}
    if kind == "JPEG":
        options |= {"comment": b"SECRET-comment", "xmp": b"SECRET-xmp", "dpi": (123, 123)}
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Author", "SECRET-author")
        notes.add_itxt("XML:com.adobe.xmp", "SECRET-xmp")
        options["pnginfo"] = notes
    if kind == "WEBP":
        options["xmp"] = b"SECRET-xmp"
    sent = encoded(picture(mode=mode), kind, **options) + b"SECRET-tail"
    assert sent.count(b"SECRET") >= 3
    photo = cleaned(sent)
    for data in (photo.bytes, photo.thumb):
        assert b"SECRET" not in data
        kept = opened(data)
        assert dict(kept.getexif()) == {}
        assert not {"exif", "icc_profile", "xmp", "comment", "dpi"} & set(kept.info)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_kept(kind: str) -> None:
    second = Image.new("RGB", (60, 40), (0, 255, 0))
    photo = cleaned(encoded(picture(), kind, save_all=True, append_images=[second]))
    assert near(opened(photo.bytes).getpixel((5, 5)), RED)
    assert getattr(opened(photo.bytes), "n_frames", 1) == 1


def test_of_a_photo_with_several_pictures_the_first_is_kept() -> None:
    sent = encoded(picture(), "MPO", save_all=True, append_images=[picture(30, 20)])
    assert opened(sent).format == "MPO"
    assert (cleaned(sent).format, cleaned(sent).width) == ("JPEG", 60)


def test_a_very_large_photo_is_made_smaller_and_a_small_one_not_larger() -> None:
    assert opened(cleaned(encoded(picture(4_000, 1_000), "JPEG")).bytes).size == (2_400, 600)
    small = cleaned(encoded(picture(), "JPEG"))
    assert opened(small.thumb).size == opened(small.bytes).size == (60, 40)


def test_twenty_megapixels_are_kept_and_one_row_more_is_refused() -> None:
    assert cleaned(encoded(Image.new("1", (5_000, 4_000)), "PNG")).width == 2_400
    with pytest.raises(PhotoRefused, match="20 megapixels"):
        cleaned(encoded(Image.new("1", (5_000, 4_001)), "PNG"))


def test_a_file_of_ten_megabytes_is_read_and_one_byte_more_is_refused() -> None:
    photo = encoded(picture(), "JPEG")
    assert cleaned(photo.ljust(photographs.MAX_BYTES, b"\0")).width == 60
    with pytest.raises(PhotoRefused, match="10 MB"):
        cleaned(photo.ljust(photographs.MAX_BYTES + 1, b"\0"))


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(PhotoRefused, match="empty"):
        cleaned(b"")


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM", "TGA"])
def test_other_formats_are_refused(kind: str) -> None:
    with pytest.raises(PhotoRefused, match="JPEG, PNG or WebP"):
        cleaned(encoded(picture(), kind))


@pytest.mark.parametrize("kind", FORMATS)
def test_a_photo_that_was_cut_off_is_refused(kind: str) -> None:
    whole = encoded(Image.effect_noise((200, 200), 90).convert("RGB"), kind)
    assert cleaned(whole).width == 200
    with pytest.raises(PhotoRefused, match="damaged or incomplete"):
        cleaned(whole[: len(whole) // 2])


def test_a_progressive_photo_is_kept_and_one_that_draws_over_itself_is_refused() -> None:
    progressive = encoded(picture(), "JPEG", progressive=True)
    assert 5 < count_scans(progressive) <= 12
    assert cleaned(progressive).width == 60
    begins, ends = progressive.rindex(b"\xff\xda"), progressive.rindex(b"\xff\xd9")
    overdrawn = progressive[:ends] + progressive[begins:ends] * 30 + progressive[ends:]
    assert count_scans(overdrawn) == count_scans(progressive) + 30
    with pytest.raises(PhotoRefused, match="no camera"):
        cleaned(overdrawn)


def test_only_the_scans_of_the_first_picture_are_counted() -> None:
    plain = encoded(picture(), "JPEG", comment=b"\xff\xda" * 100)
    assert count_scans(plain) == 1
    assert count_scans(plain + b"\xff\xda\x00\x02" * 100) == 1
    assert count_scans(encoded(picture(), "PNG")) == 0
    assert [count_scans(plain[:length]) for length in range(0, len(plain), 7)]  # never fails
