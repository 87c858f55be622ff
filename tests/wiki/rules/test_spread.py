"""The list of similar problems covers the components that a text may be about."""

from wiki.rules.spread import LONGEST, spread

ABOUT = {1: ("brakes",), 2: ("brakes",), 3: ("engine",), 4: ("engine",)}
CHANCES = {"brakes": 0.6, "engine": 0.4}


def test_without_chances_the_order_is_that_of_the_match():
    assert spread({1: 0.2, 2: 0.9, 3: 0.5, 4: 0.5}, ABOUT, {}) == [2, 3, 4, 1]
    assert spread({1: 0.2, 2: 0.9, 3: 0.5}, {}, CHANCES) == [2, 3, 1]


def test_the_likeliest_component_stands_first_and_the_next_before_its_second():
    assert spread({1: 1.0, 2: 0.9, 3: 0.7, 4: 0.6}, ABOUT, CHANCES) == [1, 3, 2, 4]
    assert spread({1: 0.7, 2: 0.6, 3: 1.0, 4: 0.9}, ABOUT, {"brakes": 0.9, "engine": 0.1}) == [1, 3, 4, 2]


def test_one_that_is_surely_meant_stands_first_whatever_its_component():
    assert spread({1: 0.7, 2: 0.6, 3: 1.0, 4: 0.9}, ABOUT, CHANCES, first=4)[:2] == [4, 1]
    assert spread({1: 0.7}, ABOUT, CHANCES, first=9) == [1]


def test_one_about_two_components_covers_both():
    about = {1: ("brakes",), 2: ("brakes", "engine"), 3: ("engine",)}
    assert spread({1: 1.0, 2: 0.9, 3: 0.9}, about, CHANCES) == [2, 1, 3]


def test_everything_stays_in_the_list_once_and_the_rest_follows_by_its_match():
    relevance = {number: 1 / (1 + number) for number in range(40)}
    found = spread(relevance, {number: (str(number % 3),) for number in relevance}, {"0": 0.2, "1": 0.5, "2": 0.3})
    assert sorted(found) == sorted(relevance)
    assert found[LONGEST:] == sorted(found[LONGEST:])
    assert spread({}, {}, CHANCES) == []
    assert spread({5: 0.0, 4: 0.0}, ABOUT, CHANCES) == [4, 5]
