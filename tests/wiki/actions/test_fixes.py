"""Proposing, editing, restoring and deleting fixes."""

from decimal import Decimal

import pytest

from accounts.errors import PrivilegeMissing
from products.models import Change
from tests.builders.accounts import NOW, make_staff, make_user
from tests.builders.products import a_make, brake_light_switch, make_component
from tests.builders.wiki import fix_draft, make_experienced, make_fix, make_outcome, make_problem, make_regular
from wiki.actions.drafts import PartDraft
from wiki.actions.fixes import delete_fix, edit_fix, propose_fix, restore_fix_revision
from wiki.actions.problems import delete_problem
from wiki.errors import EditConflict, HasOthersWork, NotAllowed, PostGone
from wiki.models import Fix

pytestmark = pytest.mark.django_db


def test_a_proposed_fix_has_parts_a_remedy_and_a_first_revision():
    problem = make_problem()
    fix = propose_fix(problem=problem, draft=fix_draft(), actor=make_regular(), now=NOW)

    assert [(part.name, part.number, part.price) for part in fix.parts.all()] == [
        ("Brake light switch", "XKB000040", Decimal(60))
    ]
    assert fix.remedy.title == "Replace the brake light switch"
    assert "<ol>" in fix.steps_html
    assert fix.revisions.get().content["parts"][0]["number"] == "XKB000040"
    assert Change.objects.filter(kind="fix", object_id=fix.pk).exists()


def test_a_fix_for_a_deleted_problem_is_refused():
    author = make_regular()
    problem = make_problem(author=author)
    delete_problem(problem=problem, actor=author, now=NOW)

    with pytest.raises(PostGone):
        propose_fix(problem=problem, draft=fix_draft(), actor=make_regular(), now=NOW)


def test_a_member_below_the_privilege_cannot_propose():
    with pytest.raises(PrivilegeMissing):
        propose_fix(problem=make_problem(), draft=fix_draft(), actor=make_user(reputation=0), now=NOW)


def test_manufacturers_staff_publish_an_official_diagnostic_instead_of_a_fix():
    problem = make_problem()

    with pytest.raises(NotAllowed):
        propose_fix(problem=problem, draft=fix_draft(), actor=make_staff(product=a_make()), now=NOW)


def test_a_fix_takes_the_safety_class_of_its_component_and_can_only_raise_it():
    assert make_fix(component=brake_light_switch()).safety_class == "amber"
    assert make_fix(component=brake_light_switch(), safety_class="green").safety_class == "amber"
    assert make_fix(component=brake_light_switch(), safety_class="red").safety_class == "red"
    assert make_fix(component=make_component(safety_class="green")).safety_class == "green"


def test_an_edit_replaces_the_parts_and_a_restore_brings_them_back():
    author = make_regular()
    fix = make_fix(author=author)
    draft = fix_draft(parts=(PartDraft(name="Switch, better make", price=Decimal("75.50"), quantity=2),))

    edited = edit_fix(fix=fix, draft=draft, base_version=1, actor=author, now=NOW)
    assert [(part.name, part.quantity) for part in edited.parts.all()] == [("Switch, better make", 2)]

    restored = restore_fix_revision(fix=fix, number=1, base_version=2, actor=author, now=NOW)
    assert [part.number for part in restored.parts.all()] == ["XKB000040"]
    assert restored.version == 3


def test_two_edits_of_one_version_are_a_conflict():
    author = make_regular()
    fix = make_fix(author=author)
    edit_fix(fix=fix, draft=fix_draft(title="Theirs"), base_version=1, actor=make_experienced(), now=NOW)

    with pytest.raises(EditConflict) as caught:
        edit_fix(fix=fix, draft=fix_draft(title="Mine"), base_version=1, actor=author, now=NOW)
    assert (caught.value.theirs["title"], caught.value.mine["title"]) == ("Theirs", "Mine")


def test_a_fix_with_an_outcome_is_not_its_authors_to_delete():
    author = make_regular()
    tried = make_fix(author=author)
    make_outcome(fix=tried)

    with pytest.raises(HasOthersWork):
        delete_fix(fix=tried, actor=author, now=NOW)
    untried = make_fix(author=author)
    delete_fix(fix=untried, actor=author, now=NOW)
    assert Fix.objects.get(pk=untried.pk).state == "deleted"


def test_a_stranger_cannot_delete_a_fix():
    with pytest.raises(NotAllowed):
        delete_fix(fix=make_fix(), actor=make_experienced(), now=NOW)
