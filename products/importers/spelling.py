"""How makes and models of official files, mostly in capitals, are written here."""

import re
from functools import lru_cache

from products.rules.naming import key_of, tidy

# By key. Only what the general rule below would get wrong.
_MAKES = {
    key_of(name): name
    for name in (
        "AM General",
        "BMW",
        "BrightDrop",
        "Can-Am",
        "CFMOTO",
        "FCCC",
        "GMC",
        "GM",
        "Harley-Davidson",
        "IC Bus",
        "INEOS",
        "KME",
        "KTM",
        "KZRV",
        "LiveWire",
        "McLaren",
        "MCI",
        "MINI",
        "MV Agusta",
        "Mercedes-Benz",
        "Mercedes-Maybach",
        "Rolls-Royce",
        "SEAT",
        "SRT",
        "UD",
        "VinFast",
        "smart",
    )
}

# Other names that people and lists use. The make has them as aliases, so that a search by them finds it.
_OTHER_NAMES = {
    "chevy": ("Chevrolet", "Chevy"),
    "vw": ("Volkswagen", "VW"),
    "mercedes": ("Mercedes-Benz", "Mercedes"),
}

# Words of three letters or fewer stay in capitals (GT, XLT, EV) except these.
_SHORT_WORDS = frozenset(
    re.findall(
        r"\w+",
        "ace air and big box bus cab can car cat co cub cup dog doo el fit for fox fun geo inc ion jet ka kia kit max "
        "mfg neo new of old one pro ram ray red rio roo run sea ski sky sun the top tow toy up van way with zoe",
    )
)
_SPECIAL = {
    "phev": "PHEV",
    "xdrive": "xDrive",
    "edrive": "eDrive",
    "ecosport": "EcoSport",
    "supercrew": "SuperCrew",
    "supercab": "SuperCab",
    "4matic": "4MATIC",
}
_LETTERS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=4096)
def make_name(text: str) -> str:
    """The make as it is written here: `LAND ROVER` is Land Rover, `CHEVY` Chevrolet, `MERCEDES BENZ` Mercedes-Benz."""
    name = tidy(text)
    key = key_of(name)
    if key in _OTHER_NAMES:
        return _OTHER_NAMES[key][0]
    return _MAKES.get(key) or _in_ordinary_case(name)


@lru_cache(maxsize=16384)
def model_name(text: str) -> str:
    """The model as it is written here: `RANGE ROVER SPORT` is Range Rover Sport; mixed case and codes stay as given."""
    name = tidy(text)
    return name if name != name.upper() else _in_ordinary_case(name)


def other_names(make: str) -> list[str]:
    """The other names under which a make, as `make_name` writes it, is known."""
    return [alias for name, alias in _OTHER_NAMES.values() if name == make]


def _in_ordinary_case(name: str) -> str:
    if name != name.upper():
        return name
    return " ".join(_word(word) for word in name.split(" "))


def _word(word: str) -> str:
    special = _SPECIAL.get(word.lower())
    if special:
        return special
    if any(c.isdigit() for c in word):
        return word
    return _LETTERS.sub(lambda part: _part(part.group()), word)


def _part(letters: str) -> str:
    if len(letters) > 3 or letters.lower() in _SHORT_WORDS:
        return letters.capitalize() if letters.lower() not in ("and", "of", "for", "the", "with") else letters.lower()
    return letters
