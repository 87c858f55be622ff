"""How a reading turns a chance: by its odds."""


def turned(q: float, ratio: float) -> float:
    """The chance whose odds are those of `q` times the ratio; 0 stays 0 and 1 stays 1."""
    if ratio == 1.0 or not 0 < q < 1:
        return q
    odds = ratio * q / (1 - q)
    return odds / (1 + odds)
