"""Fitting the first guess on unproven fixes to what verified people found."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from accounts.errors import NotPermitted
from accounts.models import CommunityRuleChange
from accounts.queries.community_rules import load
from tests.builders.accounts import NOW, make_admin
from tests.builders.products import a_year, make_diagnostic
from tests.builders.wiki import make_fix, make_link, make_outcome, make_problem, make_regular
from wiki.actions import first_guesses
from wiki.actions.first_guesses import fit_first_guesses
from wiki.models import Outcome
from wiki.queries.first_guesses import tallies_by_price
from wiki.rules.judgement import Judgement
from wiki.rules.money import ExchangeRates

pytestmark = pytest.mark.django_db


@pytest.fixture
def tried_fixes():
    """A cheap fix that failed verified owners three times, a modest one that worked once, and one nobody tried."""
    problem = make_problem()
    make_link(problem=problem, diagnostic=make_diagnostic(products=[a_year()]))
    cheap = make_fix(problem=problem, cost=Decimal(5), hours=Decimal(0), title="Tap it")
    modest = make_fix(problem=problem, cost=Decimal(60), hours=Decimal(0), title="Replace the switch")
    make_fix(problem=problem, cost=Decimal(70), hours=Decimal(0), title="Clean the strap")
    for _ in range(3):
        make_outcome(fix=cheap, tier="owner", result=Outcome.Result.FAILED)
    make_outcome(fix=cheap, tier="unverified")
    make_outcome(fix=modest, tier="owner")


def test_verified_outcomes_are_counted_by_price_class(tried_fixes, django_assert_num_queries):
    rules = load(Judgement)
    with django_assert_num_queries(4):
        tallies = tallies_by_price(rules=rules, exchange=ExchangeRates().exchange("USD"), today=NOW.date())
    found = {name: (success, failure) for name, success, failure in tallies}
    assert set(found) == {"tiny", "modest"}
    assert found["tiny"][0] == 0
    assert found["tiny"][1] > 2
    assert found["modest"][0] > 0


def test_nothing_is_fitted_to_few_fixes(tried_fixes):
    assert fit_first_guesses(actor=make_admin(), now=NOW) == []
    assert load(Judgement).share_tiny == 1


def test_shares_are_set_as_community_rules_with_a_reason(tried_fixes, monkeypatch):
    monkeypatch.setattr(first_guesses, "LEAST_FIXES", 2)
    changes = fit_first_guesses(actor=make_admin(), now=NOW)
    assert [change.name for change in changes] == ["judgement.share_tiny"]
    assert load(Judgement).share_tiny < 1
    assert load(Judgement).share_modest == 1
    assert CommunityRuleChange.objects.get().reason == "Fitted to the verified outcomes of 2 fixes."
    assert fit_first_guesses(actor=make_admin(), now=NOW) == []


def test_only_who_may_change_rules_fits_them(tried_fixes, monkeypatch):
    monkeypatch.setattr(first_guesses, "LEAST_FIXES", 2)
    member = make_regular()
    with pytest.raises(NotPermitted):
        fit_first_guesses(actor=member, now=NOW)
    with pytest.raises(CommandError, match="may not change"):
        call_command("fit_first_guesses", "--as", member.username)
    with pytest.raises(CommandError, match="no member"):
        call_command("fit_first_guesses", "--as", "nobody")


def test_the_command_says_what_it_changed(tried_fixes, monkeypatch, capsys):
    admin = make_admin()
    call_command("fit_first_guesses", "--as", admin.username)
    assert "Nothing to change." in capsys.readouterr().out
    monkeypatch.setattr(first_guesses, "LEAST_FIXES", 2)
    call_command("fit_first_guesses", "--as", admin.username)
    assert "judgement.share_tiny: 1.0 is now 0." in capsys.readouterr().out
