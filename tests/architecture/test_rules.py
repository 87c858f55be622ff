"""The house obeys its rules, and each rule sees a violation planted before it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture import rules
from tests.architecture.sources import PROJECT

Rule = Callable[[Path], Iterator[str]]

# For each rule: a file that breaks it, and one close to it that does not.
PLANTED: list[tuple[Rule, dict[str, str], dict[str, str]]] = [
    (
        rules.imports_point_down,
        {"products/actions/grow.py": "def grow():\n    from wiki.models import Problem\n"},
        {"wiki/actions/grow.py": "from products.models import Product\n"},
    ),
    (
        rules.imports_point_down,
        {"accounts/views/garage.py": "from config import settings\n"},
        {"accounts/views/garage.py": "from django.conf import settings\n"},
    ),
    (
        rules.imports_point_down,
        {"accounts/queries/members.py": "import wiki.models.problem as problem\n"},
        {"accounts/queries/members.py": "import wikidata\n"},
    ),
    (
        rules.engines_stay_in_their_rooms,
        {"wiki/queries/found.py": "from whoosh.index import open_dir\n"},
        {"wiki/search/index.py": "from whoosh.index import open_dir\n"},
    ),
    (
        rules.engines_stay_in_their_rooms,
        {"wiki/views/preview.py": "import markdown\n"},
        {"wiki/richtext/markup.py": "import markdown\nimport nh3\n"},
    ),
    (
        rules.engines_stay_in_their_rooms,
        {"wiki/models/branch.py": "from mptt.models import MPTTModel\n"},
        {"products/models/product.py": "from mptt.models import MPTTModel\n"},
    ),
    (
        rules.rules_are_pure,
        {"wiki/rules/chance.py": "from django.utils import timezone\n"},
        {"wiki/rules/chance.py": "import math\nfrom scipy.special import btdtri\nfrom wiki.rules import cost\n"},
    ),
    (
        rules.rules_are_pure,
        {"wiki/rules/chance.py": "from wiki.models import Outcome\n"},
        {"wiki/queries/evidence.py": "from wiki.models import Outcome\n"},
    ),
    (
        rules.rooms_keep_their_distance,
        {"wiki/queries/plan.py": "from wiki.actions.votes import vote\n"},
        {"wiki/views/plan.py": "from wiki.actions.votes import vote\n"},
    ),
    (
        rules.rooms_keep_their_distance,
        {"wiki/actions/votes.py": "from ..views import problem\n"},
        {"wiki/actions/votes.py": "from ..queries import problem\n"},
    ),
    (
        rules.no_room_is_a_drawer,
        {"wiki/utils.py": ""},
        {"wiki/utilisation.py": ""},
    ),
    (
        rules.no_room_is_a_drawer,
        {"accounts/services/mail.py": ""},
        {"accounts/notifications/mail.py": ""},
    ),
    (
        rules.views_leave_the_database_alone,
        {"wiki/views/fix.py": "def fix(request):\n    return Fix.objects.get(pk=1)\n"},
        {"wiki/views/fix.py": "def fix(request):\n    return get_object_or_404(Fix.objects.visible_to(1), pk=1)\n"},
    ),
    (
        rules.views_leave_the_database_alone,
        {"wiki/views/fix.py": "from django.db import transaction\n"},
        {"wiki/actions/fix.py": "from django.db import transaction\n"},
    ),
    (
        rules.queries_only_read,
        {"wiki/queries/hub.py": "def hub(problem):\n    problem.views += 1\n    problem.save()\n"},
        {"wiki/queries/hub.py": "def hub(seen):\n    seen.update({1: 2})\n"},
    ),
    (
        rules.actions_take_keywords,
        {"wiki/actions/votes.py": "def vote(post, actor) -> None:\n    post.save()\n"},
        {"wiki/actions/votes.py": "def vote(*, post, actor) -> None:\n    post.save()\n"},
    ),
    (
        rules.actions_take_keywords,
        {"wiki/actions/votes.py": "@transaction.atomic\ndef vote(*, post):\n    pass\n"},
        {"wiki/actions/votes.py": "def score(post):\n    pass\n"},
    ),
    (
        rules.time_is_passed_in,
        {"wiki/actions/votes.py": "def vote(*, post) -> None:\n    post.voted_at = timezone.now()\n"},
        {"wiki/views/votes.py": "def vote(request):\n    votes.vote(at=timezone.now())\n"},
    ),
    (
        rules.no_business_in_signals,
        {"accounts/badges.py": "from django.db.models.signals import post_save\n"},
        {"accounts/badges.py": "from django.contrib.auth.signals import user_logged_in\n"},
    ),
    (
        rules.models_save_as_django_does,
        {"wiki/models/fix.py": "class Fix:\n    def save(self):\n        self.slug = 1\n"},
        {"wiki/models/fix.py": "class Fix:\n    def slug(self):\n        return 1\n"},
    ),
    (
        rules.dialects_have_one_place,
        {"wiki/search/fallback.py": 'def look(cursor):\n    cursor.execute("PRAGMA case_sensitive_like=1")\n'},
        {"config/settings.py": 'PRAGMAS = "PRAGMA journal_mode=WAL"\n'},
    ),
    (
        rules.modules_stay_short,
        {"wiki/views/everything.py": "x = 1\n" * 500},
        {"wiki/views/everything.py": "x = 1\n" * 200},
    ),
    (
        rules.public_things_are_documented,
        {"wiki/rules/cost.py": '"""Costs."""\n\n\ndef cost(money):\n    return money\n'},
        {"wiki/rules/cost.py": '"""Costs."""\n\n\ndef cost(money):\n    """Return it."""\n    return money\n'},
    ),
    (
        rules.migrations_are_packages,
        {"wiki/models/__init__.py": ""},
        {"wiki/models/__init__.py": "", "wiki/migrations/__init__.py": ""},
    ),
]


@pytest.mark.parametrize("rule", rules.ALL, ids=lambda rule: rule.__name__)
def test_the_house_obeys(rule: Rule) -> None:
    assert list(rule(PROJECT)) == []


@pytest.mark.parametrize(("rule", "broken", "kept"), PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_violation_is_seen(rule: Rule, broken: dict[str, str], kept: dict[str, str], tmp_path: Path) -> None:
    assert list(rule(_plant(tmp_path / "broken", broken)))
    assert list(rule(_plant(tmp_path / "kept", kept))) == []


def test_every_rule_has_a_planted_violation() -> None:
    assert {rule for rule, _, _ in PLANTED} == set(rules.ALL)


def _plant(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
