"""What reports speak of: telling terms, symptoms within a component, the most central reports."""

from wiki.classifier.symptoms import symptoms_of

LOCKS = [f"Steering wheel locked while turning at speed, number {n}" for n in ("one", "two", "three", "four")] * 4
LIGHT = [
    f"Power assist warning light on, wheel stiff when cold, case {n}" for n in ("red", "blue", "green", "grey")
] * 4
OTHER = ["Brakes squeal when wet", "Brakes grind and squeal", "Radio screen is blank", "Screen went blank again"] * 4


def test_terms_tell_the_reports_from_others_and_central_ones_are_among_them():
    found = symptoms_of(LOCKS, OTHER)
    assert {"steering", "locked"} & {word for term, _ in found.terms for word in term.split()}
    assert not {"squeal", "screen"} & {word for term, _ in found.terms for word in term.split()}
    assert len(found.central) == 3


def test_two_symptoms_are_told_apart_and_named():
    found = symptoms_of(LOCKS + LIGHT, OTHER)
    assert sorted(len(each.members) for each in found.clusters) == [16, 16]
    names = [" ".join(each.terms) for each in found.clusters]
    assert any("locked" in name or "turning" in name for name in names)
    assert any("light" in name or "assist" in name for name in names)


def test_few_reports_and_empty_ones_have_no_symptoms():
    assert symptoms_of([], OTHER).terms == ()
    assert symptoms_of(["", "12"], OTHER).clusters == ()
    assert symptoms_of(LOCKS[:4], OTHER).clusters == ()
    assert symptoms_of(["alpha beta"], []).central == (0,)


def test_the_same_reports_give_the_same_answer():
    assert symptoms_of(LOCKS + LIGHT, OTHER) == symptoms_of(LOCKS + LIGHT, OTHER)
