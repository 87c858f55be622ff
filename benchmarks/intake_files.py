"""Invented files in the layouts of the public record: cars, codes, recalls, complaints and repairs, row after row."""

import csv
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

# A complaint of the published week has 650 characters and 1.04 components; its words tell of harm as often as these.
SENTENCES = (
    "The contact owns the vehicle and it has been kept as the manual says since it was bought new.",
    "While driving at 45 mph the engine lost power without a warning and the dashboard lit up like a tree.",
    "The dealer could not duplicate the failure and returned it the same afternoon without a repair.",
    "The manufacturer was notified of the failure and a case was opened, but nobody has called since.",
    "It happens in the morning when it is cold, and again after some miles on the highway.",
    "The transmission hesitates between second and third gear and then engages with a jerk.",
    "The steering becomes heavy at low speed and the wheel pulls to the left over any bump.",
    "The infotainment screen goes black for minutes and the rear camera shows nothing.",
    "An independent mechanic diagnosed a failed sensor and asked for more than it is worth.",
    "The brakes grind and the pedal sinks to the floor, so that I nearly hit the car in front of me.",
    "There was no crash and nobody was injured, but this is a risk for everybody on the road.",
    "The lane assist brakes for shadows under a bridge and alarms all the passengers.",
    "Oil is used at a quart in a thousand miles and the light never comes on before it is too low.",
    "The parts are on back order and the owner was told to wait for a recall that may come.",
    "The sunroof drains are blocked and water runs down the pillar into the fuse box.",
    "The approximate failure mileage was unknown.",
)
_HARM = (
    "The vehicle crashed into a guard rail and was totaled.",
    "Smoke came from under the hood and then the engine caught fire.",
    "The driver was taken to the hospital with a broken wrist.",
    "The air bags did not deploy in the accident.",
)
_COMPONENTS = (
    *("ENGINE", "ELECTRICAL SYSTEM", "POWER TRAIN", "STEERING", "SERVICE BRAKES", "UNKNOWN OR OTHER", "AIR BAGS"),
    *("FUEL/PROPULSION SYSTEM", "VISIBILITY/WIPER", "FORWARD COLLISION AVOIDANCE", "STRUCTURE", "SUSPENSION"),
)
_REPAIR_COLUMNS = (
    *("id", "data_provider", "country", "partner_product_category", "product_category", "product_category_id"),
    *("brand", "year_of_manufacture", "product_age", "repair_status", "repair_barrier_if_end_of_life"),
    *("group_identifier", "event_date", "problem"),
)
_FAULTS = (
    "Does not turn on",
    "Turns on, then off again after a minute; the fuse is good",
    "Loud noise from the motor and a smell of burning",
    "Cable broken near the plug",
    "Ne fonctionne plus, pas de bruit",
    "Saugt nicht mehr",
    "",
)


def _makes(size: int) -> list[str]:
    return [f"MAKE {number}" for number in range(max(4, size // 500))]


def vehicles(path: Path, size: int, chance: random.Random) -> Path:
    """A list of vehicles, a fifth as many as the size."""
    makes = _makes(size)
    named = {
        (str(chance.randrange(1992, 2027)), chance.choice(makes), f"MODEL {chance.randrange(40)}")
        for _ in range(size // 5)
    }
    return table(path, ("year", "make", "model"), sorted(named))


def fault_codes(path: Path, size: int, chance: random.Random) -> Path:
    """A list of fault codes, a tenth as many as the size."""
    makes = [*_makes(size), "GENERIC"]
    return table(
        path,
        ("code", "manufacturer", "description", "type", "locale", "is_generic", "source_file"),
        (
            (f"P{n % 0x4000:04X}", chance.choice(makes), f"Circuit {n % 0x4000} malfunction", "P", "en", "0", "list")
            for n in range(size // 10)
        ),
    )


def recall_documents(path: Path, size: int, chance: random.Random) -> Path:
    """About as many rows as the size: six documents of each campaign, which names five models of two years."""
    header = ("NHTSA ID", "DOCUMENT NAME", "MAKE", "MODEL", "MODEL YEAR", "SUMMARY")
    return table(path, header, _recall_documents(size, chance))


def _recall_documents(size: int, chance: random.Random) -> Iterator[tuple[str, ...]]:
    makes = _makes(size)
    for campaign in range(max(1, size // 60)):
        number = f"{20 + campaign // 1000 % 7}V{campaign % 1000:03}"
        make, models = chance.choice(makes), chance.sample(range(40), 5)
        for document in range(6):
            summary = f"The hose of model {document} may crack\nand leak." if document == 3 else "OWNER LETTER"
            for model in models:
                for year in (2020, 2021):
                    yield (number, f"RCMN-{number}-{document:04}.pdf", make, f"MODEL {model}", str(year), summary)


def cars(size: int) -> list[tuple[str, str, str]]:
    """Year, make and model: a tenth as many as there are complaints, 30,000 at most."""
    wanted = min(30_000, max(200, size // 10))
    return [
        (str(2000 + number % 25), f"Make {number // 25 % 60}", f"Model {number // 1500}") for number in range(wanted)
    ]


def complaints(path: Path, size: int, seed: int) -> Path:
    """A flat file of so many rows; one in 25 names another component of the complaint before it."""
    with path.open("w", encoding="latin-1", newline="") as file:
        for fields in _complaints(size, random.Random(seed)):
            file.write("\t".join(fields) + "\r\n")
    return path


def _complaints(size: int, chance: random.Random) -> Iterator[list[str]]:
    known = cars(size)
    fields = [""] * 49
    for row in range(size):
        fields[0] = str(row + 1)
        fields[11] = chance.choice(_COMPONENTS)
        if row % 25 or not row:
            year, make, model = known[min(len(known) - 1, int(chance.expovariate(4 / len(known))))]
            day = f"{chance.randrange(2005, 2025)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
            words = chance.choices(SENTENCES, k=7)
            if chance.random() < 0.25:
                words.append(chance.choice(_HARM))
            fields[1:11] = [
                str(10_000_000 + row), f"{make} Motor Corporation", make.upper(), model.upper(), year,
                "NNNNNNNNY"[row % 9], day, "N", "0", "0",
            ]  # fmt: skip
            fields[12:20] = [
                "AUSTIN", "TX", "", day, day, str(chance.randrange(150_000)), "",
                f"{' '.join(words)} Case {chance.randrange(10**9)}.",
            ]  # fmt: skip
            fields[20], fields[45] = chance.choice(("IVOQ", "IVOQ", "EVOQ", "RC")), "V"
        yield fields


_DEFECTS = (
    "the {part} may crack when it is cold",
    "the {part} may not have been tightened as specified and can come loose while driving",
    "a short circuit in the {part} may cause it to overheat",
    "water can reach the {part} through an inadequate seal and corrode it",
)
_PARTS = ("fuel hose", "brake booster", "steering shaft", "front seat belt buckle", "rear camera", "battery cable")


def recalls(path: Path, size: int, seed: int) -> Path:
    """FLAT_RCL of so many rows: a campaign names models, years and components on 1 to 25 rows of the same texts."""
    with path.open("w", encoding="latin-1", newline="") as file:
        for fields in _recalls(size, random.Random(seed)):
            file.write("\t".join(fields) + "\r\n")
    return path


def _recalls(size: int, chance: random.Random) -> Iterator[list[str]]:
    known = cars(size)
    written = campaign = 0
    while written < size:
        year, number = divmod(campaign, 900)
        campaign += 1
        first, part, components = chance.randrange(len(known)), chance.choice(_PARTS), chance.sample(_COMPONENTS, 2)
        defect = chance.choice(_DEFECTS).format(part=part)
        day = f"{chance.randrange(2005, 2025)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
        named = f"{year % 100:02}V{number + 100:03}000"
        maker = f"{known[first][1]} Motor Corporation"
        texts = (
            f"{maker} (case {campaign}) is recalling certain vehicles. On the affected vehicles, {defect}.",
            f"If this happens to the {part}, the risk of a crash is increased.",
            f"Owners will be notified and dealers will inspect the {part} and replace it as necessary, free of charge. "
            f"The recall began on {day}. Owners may call customer service; its number for this recall is R{campaign}.",
            "Owners may also contact the Vehicle Safety Hotline or go to the site of the agency.",
        )
        for row in range(min(chance.randint(1, 25), size - written)):
            written += 1
            model_year, make, model = known[(first + row) % len(known)]
            yield [
                *(str(written), named, make.upper(), model.upper(), model_year, f"R{campaign}"),
                *(components[row % 10 == 9], maker, day, day, "V", str(chance.randrange(100_000)), day, "MFR", maker),
                *(day, day, "", "", *texts, f"0000{campaign:06}000", part.upper(), "", f"P{campaign}-{row % 3}"),
                *("No", "No"),
            ]


def repairs(path: Path, size: int, seed: int) -> Path:
    """Open Repair Data of so many rows, in as many categories and brands as the published file has."""
    chance = random.Random(seed)
    brands = [(f"Category {number % 40}", f"Brand {number}") for number in range(1_000)]
    return table(
        path,
        _REPAIR_COLUMNS,
        (
            [values.get(column, "") for column in _REPAIR_COLUMNS]
            for values in (
                {
                    "id": f"invented_{row}",
                    "data_provider": "Invented",
                    "country": "GBR",
                    "product_category": category,
                    "brand": brand,
                    "product_age": str(chance.randrange(30)),
                    "repair_status": chance.choice(("Fixed", "Repairable", "End of life", "Unknown")),
                    "event_date": f"{chance.randrange(2012, 2025)}-{chance.randrange(1, 13):02}-11",
                    "problem": f"{chance.choice(_FAULTS)} {row}",
                }
                for row, (category, brand) in enumerate(chance.choices(brands, k=size))
            )
        ),
    )


def table(path: Path, header: Sequence[str], rows: Iterable[Any]) -> Path:
    """A CSV with a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path
