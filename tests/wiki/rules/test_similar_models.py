"""Which models are near."""

from wiki.rules.similar_models import ModelFacts, nearest_models, years_together

RANGE_ROVER = ModelFacts(1, "Range Rover", 2002, 2012)


def test_shared_words_stand_before_shared_years_and_strangers_are_left_out():
    others = [
        ModelFacts(2, "Discovery", 2004, 2009),
        ModelFacts(3, "Range Rover Sport", 2005, 2013),
        ModelFacts(4, "Freelander", 1997, 1999),
        ModelFacts(5, "Rover 75", None, None),
        ModelFacts(6, "Defender", 1990, 2016),
    ]

    assert nearest_models(RANGE_ROVER, [RANGE_ROVER, *others], most=6) == [3, 5, 6, 2]
    assert nearest_models(RANGE_ROVER, others, most=1) == [3]


def test_years_that_are_not_known_are_not_shared():
    assert years_together(RANGE_ROVER, ModelFacts(2, "Discovery", None, 2009)) == 0
    assert years_together(RANGE_ROVER, ModelFacts(2, "Discovery", 2012, 2016)) == 1
    assert years_together(RANGE_ROVER, ModelFacts(2, "Discovery", 2013, 2016)) == 0
