"""Rows in the layouts of the flat files, with only what a test is about differing."""

from pathlib import Path

from products.importers.nhtsa_rows import BULLETIN_COLUMNS, INVESTIGATION_COLUMNS, RECALL_COLUMNS, RECEIVED_COLUMNS

RECALL = {
    "RECORD_ID": "1",
    "CAMPNO": "20V543000",
    "MAKETXT": "HYUNDAI",
    "MODELTXT": "TUCSON",
    "YEARTXT": "2020",
    "COMPNAME": "SERVICE BRAKES, HYDRAULIC:ANTILOCK",
    "MFGNAME": "HYUNDAI MOTOR AMERICA",
    "BGMAN": "20190302",
    "ENDMAN": "20200711",
    "RCLTYPECD": "V",
    "RCDATE": "20200904",
    "DATEA": "20200908",
    "DESC_DEFECT": "Hyundai is recalling certain 2020 Tucsons. The control unit may corrode internally, caf\xe9.",
    "CONEQUENCE_DEFECT": "A short circuit can cause a fire.",
    "CORRECTIVE_ACTION": "Dealers will replace the fuse, free of charge. Owners should park outside until it is done.",
}
BULLETIN = {
    "BULNO": "94235",
    "ID": "37731",
    "BULDTE": "19941101",
    "COMPNAME": "034530 SERVICE BRAKES, HYDRAULIC:FOUNDATION COMPONENTS:DISC:ROTOR",
    "MAKETXT": "FORD",
    "MODELTXT": "TAURUS",
    "YEARTXT": "1995",
    "DATEA": "19950106",
    "SUMMARY": " FRONT BRAKE VIBRATION WHEN STOPPING.   *TW",
}
INVESTIGATION = {
    "NHTSA_ACTION_NUMBER": "PE19003",
    "MAKE": "HYUNDAI",
    "MODEL": "TUCSON",
    "YEAR": "2020",
    "COMPNAME": "SERVICE BRAKES, HYDRAULIC",
    "ODATE": "20190329",
    "CDATE": "20210423",
    "CAMPNO": "20V543000",
    "SUBJECT": "ENGINE COMPARTMENT FIRES",
    "SUMMARY": "The agency opened an evaluation.",
}


def recall(columns: int = 24, **fields: str) -> str:
    return _line(RECALL_COLUMNS[:columns], RECALL | fields)


def bulletin(**fields: str) -> str:
    return _line(BULLETIN_COLUMNS, BULLETIN | fields)


def received_bulletin(**fields: str) -> str:
    return _line(RECEIVED_COLUMNS, BULLETIN | fields)


def investigation(**fields: str) -> str:
    return _line(INVESTIGATION_COLUMNS, INVESTIGATION | fields)


def flat(folder: Path, *lines: str, name: str = "file.txt") -> Path:
    path = folder / name
    path.write_bytes("".join(lines).encode("latin-1"))
    return path


def _line(columns: tuple[str, ...], fields: dict[str, str]) -> str:
    return "\t".join(fields.get(column, "") for column in columns) + "\r\n"
