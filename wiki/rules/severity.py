"""How grave a report is, from its words and its official flags: property, crash, fire, injury or death.

Words count where they are said to have happened: not what was denied ("no injuries"), feared ("could have caught fire")
or averted ("to avoid a collision"), nor what merely names a system ("forward collision warning").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Literal

SeverityClass = Literal["none", "property", "crash", "fire", "injury", "death"]
Fact = Literal["smoke", "property", "crash", "fire", "injury", "death"]

# The gravest last.
CLASSES: tuple[SeverityClass, ...] = ("none", "property", "crash", "fire", "injury", "death")
SEVERITY_WORDS: dict[SeverityClass, str] = {
    "none": "no harm reported",
    "property": "damage or smoke",
    "crash": "a crash",
    "fire": "a fire",
    "injury": "somebody was hurt",
    "death": "somebody died",
}

LONGEST = 20_000
"""Characters of a text that are read; complaints have 2,000 at most."""

_PEOPLE = (
    r"(?:he|she|they|who|driver|passengers?|husband|wife|mother|father|mom|dad|son|daughter|brother|sister|child|baby|"
    r"occupants?|owner|pedestrian|cyclist|victims?|people|person|persons|man|woman|friend|kids?|children|residents?)"
)
_FIRE = (
    r"caught (?:on )?fire|was catching fire|(?:was|is|were|started|car|vehicle|engine|truck|it|hood|burned) on fire|"
    r"(?:burst|erupted|exploded|went up|go up|bursting) (?:out )?(?:in|into|in to) (?:\w+ )?flames?|"
    r"(?:saw|seen|see|noticed|were|was|with|and|the|of|out|shooting|large|big|small) flames?|"
    r"flames? (?:were|was|came|coming|shot|shooting|under|from|in|on|at|started|began|engulf\w+)|"
    r"engulfed|ablaze|fireball|in flames|caught (?:a )?flames?|blew up|"
    r"(?:into|followed by) (?:fire|flames)|"
    r"(?:the|full|then|and|by|small|large|electrical|resulted in a|was a|is a|there's a|theres a|started a|saw a) "
    r"fire|"
    r"(?:a|vehicle|engine|car) fire (?:had )?(?:broke|started|began|occurred|erupted|ignited|was|under|in|on|spread)|"
    r"fire (?:broke|started|starting|began|ignited|erupted|occurred|coming|at the|under|department|dept|trucks?|"
    r"fighters?|marshal|crew|investigator|chief|report)|firefighters?|(?:had|have) (?:a|an) (?:\w+ )?fire|"
    r"put (?:out )?the (?:fire|flames)(?: out)?|extinguish(?:ed|ing)?|"
    r"burn(?:ed|t|ing)? (?:down|completely|entirely|to (?:the ground|a crisp)|beyond|our)|started burning|"
    r"house burn(?:ed|t)|"
    r"consumed by (?:the )?(?:fire|flames)|set (?:on )?fire"
)
_SMOKE = (
    r"smoke (?:was |were |started |began |is )?"
    r"(?:coming|came|pouring|poured|rolling|rising|billow\w+|from|inside|filled|entered|under|out)|"
    r"(?:saw|see|seeing|noticed|smelled|smell|smelt|heavy|thick|white|black|grey|gray|lots of|started to|of|and|with) "
    r"smoke|smoking|began to smoke|smoked|filled with smoke"
)
_OBJECT = (
    r"(?:\w+ ){0,4}?(?:cars?|vehicles?|truck|van|suv|trees?|poles?|posts?|walls?|guard ?rails?|curb|house|home|"
    r"building|fence|barrier|median|ditch|pedestrian|cyclist|motorcycle|deer|garage|door|sign|mailbox|embankment|bus|semi|"
    r"trailer|store|bakery|bridge|divider|pillar|shelves|boulder)"
)
_CRASH = (
    r"crash|crashed|crashing|collided|colliding|collision|fender bender|"
    r"(?:rear|front|t|side)[- ]?(?:ended|boned)|side[- ]?swiped|swiped|accident|wrecked|"
    rf"(?:hit|hitting|struck|striking|bumped|smashed|impacting|impacted) (?:into |by |from )?{_OBJECT}|"
    rf"(?:ran|running|run|slammed|slamming|drove|went|going|plowed|slid|rolled|rolling|backed|veered|lurched|rammed|"
    rf"landed|flew|shot|accelerated|jumped|propelled|launched|pushed|surged)(?: \w+)?(?: \w+)? "
    rf"(?:into|in to|through|over|onto|off) {_OBJECT}|"
    r"(?:hit|struck) (?:by|from|me|us|him|her)|(?:rolled|flipped) over|car flipped|"
    r"(?:(?:car|vehicle|truck|suv) (?:was |is )?|was |is )totall?ed|(?:upon|on) impact|"
    r"totall?ed (?:my|the|our) (?:car|vehicle)|"
    r"air ?bags? (?:\w+ ){0,2}?(?:did|didn't|didnt|failed|fail|never|had)(?: not| to)? deploy(?:ed)?"
)
_LIMB = r"(?:leg|arm|ribs?|bones?|wrist|hand|fingers?|finer|thumb|nose|ankle|foot|toe|hip|shoulder|skull|collar ?bone)"
_BODY = rf"(?:{_LIMB}|neck|back|head|chest|knee|face|eye)"
_INJURY = (
    r"injur(?:y|ies|ed|ing)|concussions?|whip ?lash|fractured? (?:\w+ ){0,2}?" + _LIMB + r"|bruis(?:e|ed|es|ing)|"
    r"lacerations?|stitches|bleeding|sprain(?:ed)?|paraly[sz]ed|surger(?:y|ies)|chiropractor|physical therapy|"
    rf"(?:broke|broken|breaking) (?:\w+ ){{0,2}}?{_LIMB}|blister(?:ed|s)|"
    r"(?:was|were|got|been|badly|seriously|severely|getting|is) hurt|"
    r"hurt (?:my|his|her|their|our|me|him) (?!car|vehicle)|"
    rf"(?:{_BODY} pain)|pain in (?:my|his|her|the) (?:\w+ )?{_BODY}|"
    rf"{_BODY} (?:was|got|were) (?:\w+ )?(?:caught|trapped|pinched|smashed|crushed|stuck)|"
    rf"closed (?:on|onto) (?:\w+ ){{0,4}}?{_BODY}|"
    r"(?:the|to|hospital|in|at|a|local) (?:the )?hospital|hospitali[sz]ed|by ambulance|in (?:an|the) ambulance|"
    r"emergency room|(?:my local|the|to|at) er|medical (?:attention|treatment)|degree burns?|"
    rf"(?:received|chemical|serious|severe|sustained|with) burns?|burned (?:my|his|her|their) (?:\w+ )?{_BODY}|"
    rf"knocked out|ran over (?:my|his|her|the) (?:\w+ )?{_BODY}"
)
_DEATH = (
    rf"{_PEOPLE} (?:\w+ ){{0,2}}?(?:was killed|were killed|is dead|are dead|died (?:in|at|from|instantly|as a result)|"
    r"perished)|death of|(?:his|her|their) deaths?|fatal(?:ly)? (?:injur\w+|accident|crash|collision|wound\w*)|"
    r"fatalit(?:y|ies)|(?:was|were|is|are|pronounced) deceased|"
    r"decedents?|killed (?:him|her|them|instantly|my|the driver|his|in the)|"
    r"lost (?:his|her|their) li(?:fe|ves)|resulted in (?:a |the )?deaths?"
)
_PROPERTY = (
    r"melted|total loss|totall?ed|exploded|explosion|shattered|damage(?:d)? to|was damaged|were damaged|"
    r"property damage|scorched|charred|burnt|burned"
)
_SPEED = re.compile(r"\b(\d{1,3}) ?-?(?:to \d{1,3} )?(mph|miles per hour|km/?h|kph)\b")

_WORDS: tuple[tuple[Fact, str], ...] = (
    ("death", _DEATH),
    ("injury", _INJURY),
    ("fire", _FIRE),
    ("crash", _CRASH),
    ("smoke", _SMOKE),
    ("property", _PROPERTY),
)
_PATTERNS: tuple[tuple[Fact, re.Pattern[str]], ...] = tuple(
    (fact, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")) for fact, words in _WORDS
)
# Each match of a pattern has one of these words in it: most texts have none, and looking words up is cheap.
_TELLING: dict[str, frozenset[str]] = {
    fact: frozenset(words.split())
    for fact, words in {
        "death": (
            "killed dead died perished death deaths fatal fatally fatality fatalities deceased decedent decedents "
            "life lives"
        ),
        "injury": (
            "injury injuries injured injuring concussion concussions whip whiplash fracture fractured bruise bruised "
            "bruises bruising laceration lacerations stitches bleeding sprain sprained paralysed paralyzed surgery "
            "surgeries chiropractor therapy broke broken breaking blistered blisters hurt pain caught trapped pinched "
            "smashed crushed stuck closed hospital hospitalised hospitalized ambulance room er medical burn burns "
            "burned knocked ran"
        ),
        "fire": (
            "fire flame flames engulfed ablaze fireball blew firefighter firefighters extinguish extinguished "
            "extinguishing burn burned burnt burning"
        ),
        "crash": (
            "crash crashed crashing collided colliding collision bender ended boned rearended frontended sideended "
            "rearboned frontboned sideboned tended tboned swiped sideswiped accident wrecked hit hitting struck "
            "striking bumped smashed impacting impacted impact into through over onto off flipped totaled totalled "
            "deploy deployed"
        ),
        "smoke": "smoke smoking smoked",
        "property": (
            "melted total totaled totalled exploded explosion shattered damage damaged scorched charred burnt burned"
        ),
    }.items()
}
_ALL_TELLING = {word.encode(): word for words in _TELLING.values() for word in words}
# Every byte that is no lower-case letter ends a word.
_LETTERS = bytes(byte if 97 <= byte <= 122 else 32 for byte in range(256))

# What stands before the words in the same clause and takes them back: a denial, a fear, a narrow escape.
_TAKEN_BACK = re.compile(
    r"\b(?:no|not|never|without|nor|neither|none|nobody|noone|didn't|didnt|wasn't|wasnt|weren't|isn't|don't|doesn't|"
    r"haven't|hasn't|cannot|can't|unknown|if|unless|"
    r"could|could've|couldve|would|might|may(?! ?(?:of|\d|,))|can|will|should|"
    r"risks?|risking|potential|potentially|possible|possibly|possibility|likely|likelihood|chance|danger|dangers|fear|fears|afraid|"
    r"worried|scared|concern|concerned|hazard|hope|"
    r"almost|nearly|close to|narrowly|near|avoid|avoided|avoiding|avert\w*|prevent|prevented|preventing|"
    r"waiting for|waiting to|(?:in )?case of|event of|event|felt like|sounded like|like i|"
    r"recall(?:s|ed)? (?:for|due|about)|reports? of|known (?:to|for)|so no|free of|denied|to cause|"
    r"people|someone|somebody|others?|other owners)\b"
)
_SAID_LATER = re.compile(
    r"^[\s-]*(?:\w+ ){0,2}?(?:did not|didn't|didnt|were not|was not|weren't|wasn't|never) (?:occur|happen|reported|"
    r"injured|hurt|sustained|result)|^[\s-]*(?:\w+ ){0,4}?(?:can|could|may|might) \w|"
    r"^[\s-]*(?:hazards?|risks?|danger|recall|avoid\w*|warnings?|alerts?|mitigation|prevention|detection|"
    r"systems?|center|centre|shop|safety|assist\w*|tests?|rating|insurance|sensors?|lights?|lawyer|attorney|information|"
    r"repair|waiting to happen|free|damage waiver|wall|suppression)\b"
)
_CLAUSE_END = re.compile(
    r"\b(?:but|however|although|when|then|until|before|because|luckily)\b|,(?! (?:no|nor|or|and|without|\w+,)\b)"
)
_SENTENCE_ENDS = str.maketrans(dict.fromkeys(";!?\n", "."))
_WORDS_BEFORE = 7
# A denial said of an air bag, a warning or a brake belongs to these, not to the crash that the sentence tells of.
_OWN_DENIAL = re.compile(r"air ?bags?\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What an official record says beside its text; `speed` in miles per hour."""

    fire: bool = False
    smoke: bool = False
    crash: bool = False
    injuries: int = 0
    deaths: int = 0
    speed: int | None = None


@dataclass(frozen=True, slots=True)
class Severity:
    """The gravest class, every fact that was found, and the words that told each of them.

    `speed` is the highest one said, in miles per hour.
    """

    level: SeverityClass
    facts: frozenset[Fact]
    words: tuple[str, ...]
    speed: int | None = None

    @property
    def harm(self) -> bool:
        """Whether something burnt or smoked, or somebody was hurt: what the "stop using it" line counts."""
        return not self.facts.isdisjoint({"smoke", "fire", "injury", "death"})

    @property
    def said(self) -> str:
        """The class as people read it."""
        return SEVERITY_WORDS[self.level]


def severity_of(text: str, flags: Flags = Flags()) -> Severity:
    """The severity of a report; a flag counts as it stands, a word where it is said to have happened."""
    found: dict[Fact, str] = {}
    for fact, is_set, said in (
        ("death", flags.deaths > 0, f"deaths: {flags.deaths}"),
        ("injury", flags.injuries > 0, f"injured: {flags.injuries}"),
        ("fire", flags.fire, "fire: yes"),
        ("crash", flags.crash, "crash: yes"),
        ("smoke", flags.smoke, "smoke: yes"),
    ):
        if is_set:
            found[fact] = said  # type: ignore[index]
    plain = text[:LONGEST].lower().replace("’", "'").replace(" in to ", " into ")
    telling = {_ALL_TELLING[word] for word in _ALL_TELLING.keys() & _words_of(plain)}
    sentences = _telling_sentences(plain, telling) if telling else []
    for fact, pattern in _PATTERNS:
        near = telling & _TELLING[fact]
        words = next(_said_to_have_happened(sentences, near, pattern), None) if near and fact not in found else None
        if words is not None:
            found[fact] = words
    return Severity(_gravest(found), frozenset(found), tuple(found.values()), _speed(plain, flags.speed))


def graver(first: SeverityClass, second: SeverityClass) -> SeverityClass:
    """The graver of two classes."""
    return max(first, second, key=CLASSES.index)


def _gravest(facts: dict[Fact, str]) -> SeverityClass:
    level: SeverityClass = "none"
    for fact in facts:
        level = graver(level, "property" if fact == "smoke" else fact)
    return level


def _words_of(plain: str) -> set[bytes]:
    return set(plain.encode("ascii", "replace").translate(_LETTERS).split())


def _telling_sentences(plain: str, telling: Set[str]) -> list[tuple[str, list[str]]]:
    """The sentences in which telling words stand, each with these words."""
    found = []
    for sentence in plain.translate(_SENTENCE_ENDS).split("."):
        words = [word for word in telling if word in sentence]
        if words:
            found.append((sentence, words))
    return found


def _said_to_have_happened(
    sentences: list[tuple[str, list[str]]], near: Set[str], pattern: re.Pattern[str]
) -> Iterator[str]:
    for sentence, telling in sentences:
        if near.isdisjoint(telling):
            continue
        for match in pattern.finditer(sentence):
            clause = _CLAUSE_END.split(sentence[max(0, match.start() - 120) : match.start()])[-1]
            before = " ".join(clause.split()[-_WORDS_BEFORE:])
            if _TAKEN_BACK.search(before) and not _OWN_DENIAL.match(match.group()):
                continue
            if not _SAID_LATER.match(sentence[match.end() : match.end() + 60]):
                yield " ".join(match.group().split())


def _speed(text: str, flagged: int | None) -> int | None:
    said = []
    if "mph" in text or "miles per" in text or "km" in text or "kph" in text:
        said = [round(int(number) * (0.621371 if unit.startswith("k") else 1)) for number, unit in _SPEED.findall(text)]
    speeds = [speed for speed in [*said, flagged or 0] if 0 < speed <= 200]
    return max(speeds, default=None)
