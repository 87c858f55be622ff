"""The columns of every kind of table: a table of data, one column a line."""
# ruff: noqa: E501 (one column a line is what makes it readable)

from __future__ import annotations

from collections.abc import Mapping

from wiki.rules.tables import Column, Table


def _text(name: str, help: str, example: str = "", *synonyms: str, needed: bool = False) -> Column:
    return Column(name, help, example, needed=needed, synonyms=synonyms)


_CURRENCY = Column(
    "currency", "three letters; a sign beside the amount says it too", "USD", synonyms=("curr", "iso4217")
)
_REMEDY_NAMES = ("fix", "remedy id", "fix id", "correction", "solution")
_PRODUCT = ("vehicle", "car", "product name", "vehicle model", "machine", "model name", "device")
_PART_NUMBER = ("part no", "part", "part nr", "oem number", "pn", "sku")
_HOURS = ("labour hours", "labor hours", "labour", "labor", "time", "hrs", "work hours", "duration")

FIXES = Table(
    "fixes",
    "Fixes",
    "fix",
    "your own number, or the title within its problem",
    "staff of verified workshops and dealers, moderators, and members who edit without review",
    (
        _text("number", "your own number of the fix: a second run finds it by that", "KB-104", "id", "external id", "reference", "ref", "article"),
        _text("problem", "the problem’s number, address or exact title", "Brake lights stay on", "problem id", "symptom", "complaint", "issue", needed=True),
        _text("product", "path or whole name; needed where the problem is given by title", "2004 Land Rover Range Rover", *_PRODUCT),
        _text("title", "what is done, in a few words", "Replace the brake light switch", "fix", "name", "repair", "correction", needed=True),
        _text("summary", "one line for the plan", "The 60 dollar switch above the pedal"),
        _text("cause", "what was wrong", "The switch sticks when warm", "root cause"),
        _text("first_check", "how one can tell before buying anything", "Press the pedal and watch live data", "check", "diagnosis"),
        _text("steps", "Markdown, numbered lines", "1. Pull the plug.\n2. Turn the switch out.", "instructions", "procedure", "how to", needed=True),
        _text("tools", "tools", "13 mm socket"),
        _text("component", "name of the component", "Brake light switch", "system", "assembly"),
        Column("cost", "parts and material; 0 if nothing", "60.00", "amount", True, ("price", "parts cost", "material", "amount", "total")),
        _CURRENCY,
        Column("hours", "hours of work", "0.5", "amount", True, _HOURS),
        _text("difficulty", "easy, moderate, hard or workshop", "easy", "level"),
        _text("safety_class", "green, amber or red; never less than the component’s own", "amber", "danger", "safety"),
    ),
)  # fmt: skip
OUTCOMES = Table(
    "outcomes",
    "Outcomes",
    "outcome",
    "job number and remedy, within your workshop",
    "staff of verified workshops and dealers, on products within their scope",
    (
        _text("job_number", "private to your workshop", "J-1207", "job", "job no", "work order", "ro", "ro number", "repair order", "order number", "ticket", needed=True),
        _text("remedy", "number of the remedy, or address of its fix", "/fix/12-replace-the-switch/", *_REMEDY_NAMES, needed=True),
        _text("product", "path or whole name", "2004 Land Rover Range Rover", *_PRODUCT, needed=True),
        _text("result", "worked, partly, failed, worse or not_tried", "worked", "outcome", "success", "status", needed=True),
        Column("happened_on", "the day; empty means today", "2026-11-20", "day", synonyms=("date", "repair date", "done on", "closed", "completed", "day")),
        Column("money", "what was paid, parts and labour together", "148.50", "amount", synonyms=("cost", "price", "total", "paid", "amount", "invoice")),
        _CURRENCY,
        Column("hours", "hours of work", "0.6", "amount", synonyms=_HOURS),
        Column("usage", "mileage or hours of use; the unit may stand beside it", "121000 mi", "count", synonyms=("mileage", "odometer", "miles", "km", "kilometres", "kilometers", "odo", "mileage km", "mileage mi")),
        _text("usage_unit", "mi, km, h, cycles or months", "mi", "unit", "mileage unit", "odometer unit"),
        _text("part_number", "number of the part used", "XKB500110", *_PART_NUMBER),
        _text("cause_found", "the cause in the end", "Switch sticks", "cause", "root cause"),
        _text("proof", "a reading, or the codes before and after", "P0504 gone after 40 miles", "evidence", "reading"),
        _text("also_changed", "what else was changed at the same time", "", "also replaced", "other parts"),
        Column("procedure_followed", "whether the official procedure was followed: yes or no", "yes", "truth", synonyms=("procedure", "followed procedure", "official procedure")),
        _text("note", "anything that helps the next one", "", "notes", "comment", "comments", "remark", "remarks"),
    ),
)  # fmt: skip
OFFICIAL = Table(
    "official",
    "Official diagnostics",
    "official diagnostic",
    "the number, within its publisher",
    "staff of a verified manufacturer on products of its scope; moderators of the whole site, with a publisher",
    (
        _text("number", "as your dealers know it", "SB-21-044", "id", "bulletin", "bulletin number", "campaign", "campaign number", "reference", "doc number", needed=True),
        _text("publisher", "who published it; moderators alone say it", "", "manufacturer", "authority", "issuer"),
        _text("kind", "recall, bulletin, procedure or manual", "bulletin", "type", "document type", needed=True),
        _text("title", "title", "Brake lights stay on: check the switch first", "name", "subject", "headline", needed=True),
        _text("covered", "products, parted by semicolons; each may go on | serial from | to | built from | to", "cars/land-rover/range-rover | | | 2002-01-01 | 2005-12-31", "product", "products", "models", "vehicles", "coverage", "model", needed=True),
        _text("components", "names, parted by commas", "Brake light switch", "component", "system"),
        _text("codes", "fault codes", "P0504", "code", "dtc", "dtcs", "fault codes", "fault code"),
        _text("situation", "what is seen, and which codes are stored", "", "condition", "symptom", "complaint"),
        _text("cause", "cause", "", "root cause"),
        _text("action", "what is done", "", "correction", "repair", "procedure", "instructions"),
        _text("warning", "pinned above a plan of the red class", "", "caution"),
        _text("market", "a country in two letters; empty for every market", "US", "country", "region"),
        Column("issued_on", "the day", "2026-03-14", "day", synonyms=("date", "issued", "issue date", "published")),
        Column("effective_from", "in force from", "", "day", synonyms=("valid from", "from", "start")),
        Column("effective_until", "in force until", "", "day", synonyms=("valid until", "until", "end", "expires")),
        _text("remedy_title", "what is done, in a few words", "Replace the body computer", "remedy", "fix", needed=True),
        Column("remedy_cost", "its cost", "1500.00", "amount", synonyms=("cost", "price", "amount")),
        Column("remedy_currency", "three letters", "USD", synonyms=("currency",)),
        Column("remedy_hours", "its hours", "2.5", "amount", synonyms=("hours", *_HOURS)),
        _text("url", "your own page about it", "", "link", "address", "website"),
    ),
)  # fmt: skip
PARTS = Table(
    "parts",
    "Parts",
    "part",
    "the part’s number (its name where it has none) within its fix or official diagnostic",
    "for fixes: whoever may edit the fix; for official diagnostics: staff of the manufacturer that published it",
    (
        _text("fix", "number or address of the fix", "/fix/12-replace-the-switch/", "fix id", "remedy"),
        _text("official", "number of the official diagnostic, instead of a fix", "", "bulletin", "campaign", "official number", "bulletin number"),
        _text("name", "name", "Brake light switch", "part name", "title", needed=True),
        _text("number", "number", "XKB500110", "part number", *_PART_NUMBER),
        _text("replaced_by", "the number that took its place", "XKB500112", "superseded by", "supersession", "new number", "replacement"),
        Column("price", "price of one", "59.90", "amount", synonyms=("cost", "unit price", "list price", "msrp", "amount")),
        _CURRENCY,
        Column("quantity", "how many; one unless said", "1", "count", synonyms=("qty", "count", "pieces", "number of")),
        _text("description", "of official diagnostics only", "", "details"),
        _text("supplier", "of official diagnostics only", "", "maker", "made by", "vendor"),
    ),
)  # fmt: skip
PRODUCTS = Table(
    "products",
    "Products",
    "product",
    "its place in the product tree; names meet in any spelling and through other names",
    "staff of a verified manufacturer within its scope; moderators of the whole site",
    (
        _text("category", "the category", "Cars", "type", "kind", "class", needed=True),
        _text("make", "the make", "Land Rover", "brand", "manufacturer", "marque"),
        _text("model", "the model", "Range Rover", "model name", "line"),
        _text("generation", "the generation, where one is known", "", "series", "platform"),
        _text("year", "the model year, four digits", "2004", "model year", "my"),
        _text("variant", "the variant", "4.4 V8", "trim", "version", "engine", "body"),
    ),
)
TABLES: Mapping[str, Table] = {table.slug: table for table in (FIXES, OUTCOMES, OFFICIAL, PARTS, PRODUCTS)}
