"""What a recall is about, from the summaries of its documents.

Many say nothing (`SAFETY RECALL 23V790 (N845) FINAL OWNER LETTER`), some say it among lead-ins (`This is the tweet for
advisory 20-385. It has been decided that … the bolts may break`). The sentence that says what
can go wrong is the title.
"""

import html
import re
from dataclasses import dataclass

from products.rules.naming import tidy

_LONGEST_TITLE = 140
_LONGEST_REMEDY = 150

# Words of a defect, and words of an office.
_DEFECT = re.compile(
    r"\b(may(?! \d)|might|could|can|cannot|did not|does not|do not|not|fail\w*|crack\w*|leak\w*|fires?|loose\w*|"
    r"detach\w*|separat\w*|break\w*|broken|fractur\w*|incorrect\w*|improper\w*|inadequate\w*|insufficient\w*|missing|defect\w*|"
    r"short circuit|overheat\w*|corro\w+|loss of|lose|stall\w*|malfunction\w*|disengag\w*|contaminat\w*|damag\w*|"
    r"susceptible|non-?complian\w*|exceed\w*|degrad\w*|rupture\w*|inoperative|unintended|risk of)\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(letters?|notifications?|notices?|notif(?:y|ies|ied)|re-?notification|bulletins?|slides?|presentation|e-?mails?|"
    r"mail(?:ed|ing)|please|questions?|contact|attached|document|uploaded|tweet|advisory|faqs?|chronology|copy|"
    r"instructions?|communication|outreach|campaign|dealers?|retailers?|distributed|draft|posted|website|stop sale|"
    r"supplement\w*|schedule an appointment|repair procedure|appointment|free of charge|at no cost|information|owners?|"
    r"civil|penalties|failure to do so|template|envelope|postcard|script|letterhead)\b",
    re.IGNORECASE,
)
# Where a sentence or a part of a listing ends: GM separates with semicolons.
_END = re.compile(r"(?<=[a-z0-9)”\"’]{2})[.?!]\s+(?=[A-Z“\"(])|;\s+|\s+/\s+|\s\|\s")
_LEAD_IN = re.compile(
    r"^(?:.{0,80}?\bSafety Recall \w+(?: Supplement #\d)? Certain \d{4}[^.;]{4,90}?\bVehicles?[ -]{1,3}|"
    r"(?:on|in) certain vehicles,? (?:where|in which)\s+|"
    r"(?:and|so|therefore|however|additionally|furthermore)\b,?\s*|"
    r"(?:it has been (?:decided|discovered|determined|found) that|"
    r"[A-Z][\w .,&'-]{2,70}? (?:has|have) (?:decided|determined|discovered|identified|found|concluded) that|"
    r"(?:a|an) (?:issue|concern|condition|problem) (?:has been|was) (?:identified|found|discovered)"
    r"(?: on certain [^.]{3,60}? vehicles?)?(?: where| in which|,)?,?)\s+)",
    re.IGNORECASE,
)
# A sentence about what follows from the defect is a worse title than the defect itself.
_CONSEQUENCE = re.compile(
    r"^(?:this|these|that|it|they|if|as a result|under|when|an?y? unexpected|in the event|should)\b|"
    r"increas\w* the (?:risk|likelihood|potential)|\b(?:crash|injur\w+|trapped)\b",
    re.IGNORECASE,
)
# What a summary of an office still says: Ford ends its notices with the subject.
_SUBJECT = re.compile(
    r"(?:\bCertain (?:\d{4}|[A-Z])[^.;]{4,90}?\bVehicles?\b[ -]{1,3}"
    r"(?!that|which|with|where|may|are|is|in|from|equip|built)|"
    r"\b(?:relating|related|pertaining) to (?:the |a |an )?|\bregarding (?:the |a |an )?(?:potential |possible ))"
    r"([^.;]{12,140})",
    re.IGNORECASE,
)
_SUBJECT_SCORE = 1
_REMEDY = re.compile(
    r"\b(?:dealers?|retailers?|technicians?|centers?|shops?|we|facility|stores?)\b[^.;]{0,40}?\bwill\s+"
    r"(?:also |then |be (?:asked|instructed) to )?"
    r"((?:inspect|replace|install|update|reprogram|repair|remove|reinstall|tighten|apply|check|recalibrate|correct|"
    r"reflash|add|re-?torque|secure|modify)\b[^.;]{6,400})",
    re.IGNORECASE,
)
_REMEDY_END = re.compile(
    r",? (?:free of charge|at no (?:charge|cost)|without charge|for free|as necessary to|for you|on your)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one summary says: how much of it is substance (0 for none), the title in it and its cleaned text."""

    score: int
    title: str
    text: str


def clean(summary: str) -> str:
    """The summary on one line, with entities (`&#64257;`) resolved."""
    return tidy(html.unescape(html.unescape(summary)).replace("ﬁ", "fi").replace("ﬂ", "fl").replace("\0", ""))


def read_summary(summary: str) -> Reading:
    """The summary's best sentence as a title, with a score by which the summaries of a recall compare."""
    text = clean(summary)
    best_score, best = 0, ""
    for position, part in enumerate(_END.split(text)):
        sentence = _without_lead_in(part)
        score = _substance(sentence) - min(position, 3)
        if score > best_score:
            best_score, best = score, sentence
    if best:
        return Reading(best_score + _SUBJECT_SCORE, _as_title(best), text)
    subject = _SUBJECT.search(text)
    if subject is not None and not _OFFICE.search(subject.group(1)):
        return Reading(_SUBJECT_SCORE, _as_title(subject.group(1).strip(" ,:-–")), text)
    return Reading(0, "", text)


def first_sentence(text: str) -> str:
    """The first sentence of a text as a title, in ordinary case, without the initials of who typed it (`*TW`)."""
    sentence = re.split(r"(?<=[^.\s]{2})[.?!](?:\s|$)|\*", clean(text).lstrip("* "), maxsplit=1)[0].strip(" .,:-–")
    return _as_title(sentence) if sentence else ""


def remedy_in(summary: str) -> str:
    """What the dealer will do, as a title (`Replace the oil cooler pipes`); empty when the summary does not say."""
    found = _REMEDY.search(clean(summary))
    if found is None:
        return ""
    remedy = _REMEDY_END.split(found.group(1))[0].strip(" ,")
    remedy = remedy.lower() if remedy == remedy.upper() else remedy
    return _shortened(remedy[0].upper() + remedy[1:], _LONGEST_REMEDY)


def _without_lead_in(sentence: str) -> str:
    previous = None
    while previous != sentence:
        previous, sentence = sentence, _LEAD_IN.sub("", sentence.strip(" .,:-–"))
    return sentence


def _substance(sentence: str) -> int:
    """Points for words of a defect and a readable length, off for words of an office and for capitals."""
    words = sentence.count(" ") + 1
    if words < 5:
        return 0
    defects = min(len(set(_DEFECT.findall(sentence))), 4)
    if defects == 0:
        return 0
    points = 4 * defects - 4 * len(_OFFICE.findall(sentence))
    points += 3 if 7 <= words <= 35 else 0
    points -= 4 if _CONSEQUENCE.search(sentence) else 0
    return points - (3 if sentence == sentence.upper() else 0)


def _as_title(sentence: str) -> str:
    if sentence == sentence.upper():
        sentence = sentence.lower()
    return _shortened(sentence[0].upper() + sentence[1:], _LONGEST_TITLE)


def _shortened(text: str, longest: int) -> str:
    """The text up to a word's end, with an ellipsis when something is left out."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-(") + "…"
