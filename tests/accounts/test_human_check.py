"""A form tells people from machines by a trap and by the time it took, without anybody else's puzzle."""

from datetime import timedelta

import pytest
import time_machine
from django import forms
from django.contrib.auth.models import AnonymousUser

from accounts.forms import HumanCheckMixin
from tests.builders.accounts import NOW, make_newcomer, make_user
from tests.builders.forms import human_fields


class RemarkForm(HumanCheckMixin, forms.Form):
    """A form of one field."""

    remark = forms.CharField()


def sent(**fields):
    return RemarkForm({"remark": "thank you", **fields}, poster=AnonymousUser())


@pytest.fixture(autouse=True)
def _database(db):
    """The least typing time is a community rule."""


def test_a_form_that_took_a_person_time_is_accepted():
    assert sent(**human_fields()).is_valid()


def test_a_filled_trap_is_refused_and_what_was_typed_stays():
    form = sent(**{**human_fields(), "website": "http://example.com"})

    assert not form.is_valid()
    assert form["remark"].value() == "thank you"
    assert form["website"].value() == "", "a person whose browser filled it can send it again"


def test_a_form_that_came_back_too_fast_is_refused_and_accepted_a_moment_later():
    with time_machine.travel(NOW, tick=False) as clock:
        first = sent(**human_fields(seconds_ago=1))
        assert not first.is_valid()

        clock.shift(timedelta(seconds=3))
        again = sent(website="", opened=first["opened"].value())
        assert again.is_valid()


@pytest.mark.parametrize("stamp", ["", "nonsense", "MTIz:1abc:forged"])
def test_a_form_that_was_not_opened_here_is_refused_and_gets_a_stamp(stamp):
    form = sent(website="", opened=stamp)

    assert not form.is_valid()
    assert form["opened"].value() not in ("", stamp)


def test_a_form_that_lay_open_for_two_days_is_refused():
    assert not sent(**human_fields(seconds_ago=48 * 3600)).is_valid()


def test_a_newcomer_is_checked_and_a_member_with_a_standing_is_not():
    assert RemarkForm({"remark": "hello"}, poster=make_user(reputation=10)).is_valid()
    assert not RemarkForm({"remark": "hello"}, poster=make_newcomer()).is_valid()


def test_the_trap_is_out_of_sight_and_out_of_the_tab_order():
    html = str(RemarkForm(poster=AnonymousUser())["website"])

    assert 'aria-hidden="true"' in html
    assert 'tabindex="-1"' in html
    assert "visually-hidden" in html
