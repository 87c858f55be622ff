"""A community rule is changed by an admin, within its bounds, with a reason that everybody can read."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from accounts.actions.community_rules import change_rule
from accounts.errors import NotPermitted, ReasonMissing, RuleOutOfBounds, UnknownRule
from accounts.models import CommunityRule, CommunityRuleChange
from accounts.queries import community_rules
from accounts.queries.community_rules import describe, load
from accounts.rules.limits import NewMemberLimits
from accounts.rules.points import Points
from tests.builders.accounts import NOW, make_admin, make_moderator


@pytest.fixture
def admin(db):
    return make_admin()


def change(actor, name="points.fix_voted_up", value=12, reason="fixes are worth more"):
    return change_rule(name=name, value=value, reason=reason, actor=actor, now=NOW)


def test_a_changed_rule_counts_at_once_and_leaves_its_neighbours_alone(admin):
    assert load(Points) == Points()

    change(admin)

    assert load(Points) == replace(Points(), fix_voted_up=12)
    assert load(NewMemberLimits) == NewMemberLimits()


def test_a_change_is_kept_with_its_reason(admin):
    change(admin)
    change(admin, value=14, reason="even more")

    rows = CommunityRuleChange.objects.order_by("id").values_list("before", "after", "reason", "changed_by")
    assert list(rows) == [(10, 12, "fixes are worth more", admin.pk), (12, 14, "even more", admin.pk)]


def test_going_back_to_the_default_takes_the_row_away(admin):
    change(admin)
    change(admin, value=10, reason="no")

    assert not CommunityRule.objects.exists()
    assert load(Points) == Points()


def test_a_change_that_changes_nothing_is_not_recorded(admin):
    assert change(admin, value=10) is None
    assert not CommunityRuleChange.objects.exists()


@pytest.mark.parametrize("value", ["12", True, None, 2.5, float("nan"), float("inf")])
def test_a_value_of_the_wrong_type_is_refused(admin, value):
    with pytest.raises(RuleOutOfBounds):
        change(admin, value=value)
    assert load(Points) == Points()


def test_a_limit_below_nothing_is_refused_and_points_may_be_negative(admin):
    with pytest.raises(RuleOutOfBounds, match="can't be less than 0"):
        change(admin, name="new_member_limits.links", value=-1)
    assert change(admin, name="points.voted_down", value=-5).after == -5


def test_an_unknown_rule_and_a_missing_reason_are_refused(admin):
    with pytest.raises(UnknownRule):
        change(admin, name="points.nonsense")
    with pytest.raises(ReasonMissing):
        change(admin, reason="  ")


def test_a_moderator_may_not_change_a_rule(db):
    with pytest.raises(NotPermitted):
        change(make_moderator())


def test_a_row_that_fits_no_longer_is_left_out(db, caplog):
    CommunityRule.objects.create(name="points.fix_voted_up", value="ten")
    CommunityRule.objects.create(name="points.gone", value=3)

    assert load(Points) == Points()
    assert "points.fix_voted_up must be a number" in caplog.text


def test_the_audit_trail_refuses_to_be_changed(admin):
    change(admin)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CommunityRuleChange.objects.update(reason="nothing to see")


def test_a_description_shows_value_default_and_meaning(admin):
    change(admin)

    first = describe(Points)[0]
    assert (first.name, first.value, first.default, first.unit) == ("points.fix_voted_up", 12, 10, "points")
    assert first.help == "Your fix was voted up."
    assert first.is_changed


def test_all_groups_together_cost_one_query(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        for rules in community_rules.known_groups().values():
            load(rules)
            describe(rules)
