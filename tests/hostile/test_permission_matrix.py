"""Who gets where: every route of the URLconf × role × method × state of the post. A route that is not listed fails.

Answers are told apart by what they mean: `login` (sent to sign in), `refused` (403), `absent` (404), `method` (405) and
`open` (anything else that is no server error: the page, a form with its complaints, or the act).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.actions.organisation_claims import mail_proof
from accounts.actions.tokens import make_token
from accounts.models import User
from accounts.queries.invitations import invitation_token
from accounts.queries.mail import stop_token
from accounts.queries.organisation_claims import proof_token
from accounts.rules.tokens import TokenScope
from tests.builders.accounts import (
    NOW,
    make_admin,
    make_membership,
    make_moderator,
    make_organisation,
    make_owned_product,
    make_professional,
    make_staff,
    make_user,
)
from tests.builders.organisations import make_claim, make_invitation
from tests.builders.products import (
    a_make,
    a_model,
    a_year,
    brake_light_switch,
    make_diagnostic,
    make_fault_code,
    make_import_run,
    make_unmatched_name,
)
from tests.builders.wiki import (
    make_alarm,
    make_comment,
    make_diagnostic_test,
    make_experienced,
    make_filing,
    make_fix,
    make_issue,
    make_link,
    make_outcome,
    make_problem,
    make_regular,
    make_table_import,
    make_webhook,
    photo_file,
)
from wiki.actions.flags import flag_post
from wiki.actions.mailed_outcomes import token_of
from wiki.actions.photos import add_photo
from wiki.actions.proofs import show_evidence
from wiki.actions.sightings import report_sighting
from wiki.actions.trials import begin_trial
from wiki.models import Outcome
from wiki.open_data.writing import write_dump
from wiki.queries.brand import Brand, brand_at
from wiki.queries.issue_feed import feed_address

pytestmark = pytest.mark.django_db

ROLES = (
    "stranger", "newcomer", "member", "experienced", "author", "professional", "staff", "moderator", "admin",
)  # fmt: skip
MEMBERS = frozenset(ROLES) - {"stranger"}
MODERATORS = frozenset({"moderator", "admin"})
CONSOLE_READERS = frozenset({"staff"}) | MODERATORS
EDITORS = frozenset({"author", "experienced"}) | MODERATORS
SITE = ("wiki", "accounts", "products")
# These send every request to the password first, whatever its method.
ASK_FOR_THE_PASSWORD_FIRST = {"accounts:data-export"}


@dataclass(frozen=True)
class Access:
    """Who may use a route. Strangers outside `who` are sent to sign in, others get `else_`.

    `get` and `post` say whether the method is served. `about`
    names the post in the address whose state decides who sees it.
    """

    who: frozenset[str] = frozenset(ROLES)
    get: bool = True
    post: bool = True
    else_: str = "refused"
    about: str = ""
    arguments: tuple[str, ...] = ()
    members_only: bool = field(default=False)


def public(*arguments: str, about: str = "") -> Access:
    """A page for everybody that takes no post."""
    return Access(post=False, arguments=arguments, about=about)


def form(*arguments: str, about: str = "") -> Access:
    """A form for members."""
    return Access(who=MEMBERS, arguments=arguments, about=about, members_only=True)


def of(who: frozenset[str] | str, *arguments: str, about: str = "", else_: str = "refused") -> Access:
    """A form for some members."""
    chosen = frozenset({who}) if isinstance(who, str) else who
    return Access(who=chosen, arguments=arguments, about=about, else_=else_, members_only=True)


MATRIX: dict[str, Access] = {
    # reading
    "wiki:home": public(),
    "wiki:search": public(),
    "wiki:feed-emerging": public(),
    "wiki:feed-emerging-own": public("feed_key"),
    "wiki:healthz": public(),
    "wiki:problem-similar": public(),
    "wiki:product": public("product.path"),
    "wiki:reliability": public("year.path"),
    "wiki:make": public("make.slug"),
    "wiki:component": public("component.slug"),
    "wiki:fault-code": public("word_code"),
    "wiki:help": public(),
    "wiki:api-docs": public(),
    # Frames answer everybody as a stranger: what is hidden is absent for moderators too.
    "wiki:embed-problem": public("problem"),
    "wiki:embed": public(),
    # Managers alone: the workshop's and the supplier's.
    "wiki:pro-widget": of(frozenset({"author", "professional"})),
    "wiki:embed-lookup": Access(who=frozenset(), post=False, else_="absent"),
    "wiki:embed-script": public(),
    "wiki:data": public(),
    "wiki:data-file": public("dump_day", "word_manifest"),
    "wiki:pro-lookup": Access(),
    "wiki:pro": Access(who=frozenset({"professional"}), post=False, members_only=True),
    "wiki:pro-outcome": of("professional"),
    "wiki:pro-jobs": of("professional"),
    "wiki:pro-webhooks": of(frozenset({"author", "professional"})),
    "wiki:pro-webhook": Access(
        who=frozenset({"professional"}), post=False, arguments=("pro_webhook",), else_="absent", members_only=True
    ),
    "wiki:pro-webhook-act": Access(
        who=frozenset({"professional"}),
        get=False,
        arguments=("pro_webhook", "word_pause"),
        else_="absent",
        members_only=True,
    ),
    "wiki:help-page": public("word_ranking"),
    "wiki:policies": public(),
    "wiki:privacy": public(),
    "wiki:policy": public("word_conduct"),
    "wiki:suggest": public(),
    "wiki:suggest-problems": public(),
    "products:suggest-products": public(),
    "products:suggest-components": public(),
    "products:suggest-codes": public(),
    "wiki:problem": public("problem", "problem.slug", about="problem"),
    "wiki:diagnose": public("problem", "problem.slug", about="problem"),
    "wiki:test-history": public("test", about="test"),
    "wiki:test-diff": public("test", "one", "one", about="test"),
    "wiki:fix": public("fix", "fix.slug", about="fix"),
    "wiki:fix-sheet": public("fix", "fix.slug", about="fix"),
    "wiki:official": public("diagnostic", "official_slug"),
    "wiki:recall": public("recall_number"),
    "wiki:fix-outcomes": public("fix", "fix.slug", about="fix"),
    "wiki:problem-history": public("problem", about="problem"),
    "wiki:fix-history": public("fix", "fix.slug", about="fix"),
    "wiki:outcome-history": public("outcome", about="outcome"),
    "wiki:comment-history": public("comment", about="comment"),
    "wiki:problem-diff": public("problem", "one", "one", about="problem"),
    "wiki:fix-diff": public("fix", "fix.slug", "one", "one", about="fix"),
    "wiki:outcome-diff": public("outcome", "one", "one", about="outcome"),
    "wiki:comment-diff": public("comment", "one", "one", about="comment"),
    "wiki:media": public("picture"),
    "wiki:member": public("word_author"),
    "wiki:member-ledger": public("word_author"),
    "wiki:organisation": public("organisation.slug"),
    "wiki:brands": public(),
    "wiki:brand": public("brand.slug"),
    "wiki:brand-gap": public("brand.slug"),
    "wiki:brand-official": Access(who=CONSOLE_READERS, post=False, arguments=("brand.slug",), else_="absent"),
    "wiki:brand-official-new": of("staff", "brand.slug"),
    "wiki:brand-official-revise": of("staff", "brand.slug", "diagnostic"),
    "wiki:brand-official-supersede": of("staff", "brand.slug", "diagnostic"),
    "wiki:brand-official-history": public("brand.slug", "diagnostic"),
    "wiki:brand-issues": public("brand.slug"),
    "wiki:brand-issue": public("brand.slug", "issue"),
    "wiki:brand-issue-weeks": public("brand.slug", "issue"),
    "wiki:brand-issue-act": Access(
        who=frozenset({"staff"}), get=False, arguments=("brand.slug", "issue", "word_review"), members_only=True
    ),
    "wiki:brand-export": Access(who=CONSOLE_READERS, post=False, arguments=("brand.slug",), else_="absent"),
    "wiki:brand-export-file": Access(
        who=CONSOLE_READERS, post=False, arguments=("brand.slug", "word_table", "word_form"), else_="absent"
    ),
    "wiki:brand-transparency": public("brand.slug"),
    "wiki:brand-team": Access(who=CONSOLE_READERS, arguments=("brand.slug",), else_="absent"),
    "wiki:brand-vehicles": Access(who=CONSOLE_READERS, post=False, arguments=("brand.slug",), else_="absent"),
    "wiki:brand-vehicles-load": Access(
        who=frozenset({"staff"}), get=False, arguments=("brand.slug",), members_only=True
    ),
    "wiki:brand-vehicles-back": Access(
        who=frozenset({"staff"}), get=False, arguments=("brand.slug",), members_only=True
    ),
    "wiki:styleguide": public(),
    "wiki:styleguide-sheet": public(),
    # writing
    "wiki:problem-ask": form(),
    "wiki:problem-edit": of(EDITORS, "problem", about="problem"),
    "wiki:problem-delete": of(frozenset({"author"}) | MODERATORS, "problem", about="problem"),
    "wiki:problem-restore": of(EDITORS, "problem", "one", about="problem"),
    "wiki:official-answer": of("staff", "problem"),
    "wiki:outcome-reply": of("staff", "outcome"),
    "wiki:problem-diagnostics": form("problem", about="problem"),
    "wiki:test-new": form("problem", about="problem"),
    "wiki:test-edit": of(EDITORS, "test", about="test"),
    "wiki:test-delete": of(frozenset({"author"}) | MODERATORS, "test", about="test"),
    "wiki:test-restore": of(EDITORS, "test", "one", about="test"),
    "wiki:test-stand-behind": Access(
        who=frozenset({"experienced", "professional"}) | MODERATORS,
        get=False,
        arguments=("test",),
        about="test",
        members_only=True,
    ),
    "wiki:fix-new": form("problem", about="problem"),
    "wiki:fix-edit": of(EDITORS, "fix", "fix.slug", about="fix"),
    "wiki:fix-delete": of(frozenset({"author"}) | MODERATORS, "fix", "fix.slug", about="fix"),
    "wiki:fix-restore": of(EDITORS, "fix", "fix.slug", "one", about="fix"),
    "wiki:remedy-outcome": Access(arguments=("remedy",), about="fix"),
    "wiki:official-outcome": Access(arguments=("diagnostic",)),
    "wiki:outcome-edit": of("author", "outcome", about="outcome"),
    "wiki:outcome-came-back": of("author", "outcome", about="outcome"),
    "wiki:outcome-withdraw": of("author", "outcome", about="outcome"),
    "wiki:trial-new": Access(arguments=("remedy",), about="fix"),
    "wiki:trying": Access(who=MEMBERS, post=False, members_only=True),
    "wiki:follow": Access(
        who=MEMBERS, get=False, arguments=("word_problem", "problem"), about="problem", members_only=True
    ),
    "wiki:following": Access(who=MEMBERS, post=False, members_only=True),
    "wiki:inbox": form(),
    "wiki:webhooks": form(),
    "wiki:webhook": Access(
        who=frozenset({"author"}), post=False, arguments=("webhook",), else_="absent", members_only=True
    ),
    "wiki:webhook-act": Access(
        who=frozenset({"author"}), get=False, arguments=("webhook", "word_pause"), else_="absent", members_only=True
    ),
    "wiki:trial-stop": Access(
        who=frozenset({"author"}), get=False, arguments=("trial",), else_="absent", members_only=True
    ),
    "wiki:outcome-mailed": Access(arguments=("token",)),
    "wiki:comment-new": form("word_problem", "problem", about="problem"),
    "wiki:comment-edit": of(EDITORS, "comment", about="comment"),
    "wiki:comment-delete": of(frozenset({"author"}) | MODERATORS, "comment", about="comment"),
    "wiki:vote": form("word_problem", "problem", about="problem"),
    "wiki:flag": form("word_problem", "problem", about="problem"),
    "wiki:photo-new": form("word_problem", "problem", about="problem"),
    "wiki:photo-remove": of(frozenset({"author"}) | MODERATORS, "photo", about="photo"),
    "wiki:sighting-new": form("problem", about="problem"),
    "wiki:sighting-withdraw": of("author", "sighting"),
    "wiki:sighting-unassigned": form(),
    "wiki:identify": Access(),
    "wiki:triage": form(),
    "wiki:triage-new": form(),
    "wiki:filing-undo": Access(
        who=frozenset({"author"}) | MODERATORS, get=False, arguments=("filing",), members_only=True
    ),
    "wiki:operators-imports": Access(who=MODERATORS, post=False, members_only=True),
    "wiki:operators-import": Access(who=MODERATORS, post=False, arguments=("run",), members_only=True),
    "wiki:operators-import-undo": Access(who=MODERATORS, arguments=("run",), members_only=True),
    "wiki:operators-trends": Access(who=MODERATORS, post=False, members_only=True),
    "wiki:operators-trends-weeks": Access(who=MODERATORS, post=False, members_only=True),
    "wiki:my-product": Access(get=False, arguments=("product",)),
    "wiki:my-product-forget": Access(get=False),
    "wiki:operators-searches": Access(who=MODERATORS, post=False, members_only=True),
    # A beacon without the origin of a page of ours is nobody's.
    "wiki:search-made": Access(who=frozenset(), get=False),
    "wiki:operators-names": Access(who=MODERATORS, members_only=True),
    "wiki:operators-name-undo": Access(who=MODERATORS, get=False, arguments=("name",), members_only=True),
    "wiki:moderation": Access(who=MODERATORS, post=False, members_only=True),
    "wiki:moderation-decide": Access(who=MODERATORS, get=False, arguments=("flag",), members_only=True),
    "wiki:possession": of("author", "owned", else_="absent"),
    "wiki:outcome-evidence": of("author", "outcome", about="outcome"),
    "wiki:proof-take-back": Access(
        who=frozenset({"author"}), get=False, arguments=("proof",), else_="absent", members_only=True
    ),
    "wiki:alarms": Access(who=MODERATORS, post=False, members_only=True),
    "wiki:alarm-close": Access(who=MODERATORS, get=False, arguments=("alarm",), members_only=True),
    "wiki:proofs": Access(who=MODERATORS, post=False, members_only=True),
    "wiki:proof-decide": Access(who=MODERATORS, get=False, arguments=("proof",), members_only=True),
    "wiki:proof-picture": Access(who=MODERATORS, post=False, arguments=("proof",), members_only=True),
    # organisations
    "accounts:claim-new": form(),
    "accounts:claim": of("author", "claim", else_="absent"),
    "accounts:claim-proof": of("author", "claim_token"),
    "accounts:invitation": Access(who=frozenset({"stranger", "newcomer"}), arguments=("invitation_token",)),
    "accounts:team": of(frozenset({"author", "professional", "staff"})),
    "accounts:organisation-edit": of("author", "firm.slug", else_="absent"),
    "accounts:claims": Access(who=MODERATORS, post=False, members_only=True),
    "accounts:claim-decide": Access(who=MODERATORS, get=False, arguments=("claim",), members_only=True),
    # tables that people bring
    "wiki:imports": of(frozenset({"experienced", "professional", "staff"}) | MODERATORS),
    "wiki:import-template": public("word_products", "word_form"),
    "wiki:import": Access(
        who=frozenset({"professional"}), post=False, arguments=("table_import",), else_="absent", members_only=True
    ),
    "wiki:import-columns": of("professional", "table_import", else_="absent"),
    "wiki:import-undo": of("professional", "table_import", else_="absent"),
    "wiki:import-run": Access(
        who=frozenset({"professional"}), get=False, arguments=("table_import",), else_="absent", members_only=True
    ),
    "wiki:import-act": Access(
        who=frozenset({"professional"}),
        get=False,
        arguments=("table_import", "word_drop"),
        else_="absent",
        members_only=True,
    ),
    # one's own
    "accounts:me": Access(who=MEMBERS, post=False, members_only=True),
    "accounts:settings": form(),
    "accounts:mail-stop": Access(arguments=("stop_token",)),
    "accounts:tokens": form(),
    "accounts:token-revoke": Access(
        who=frozenset({"author"}), get=False, arguments=("api_token",), else_="absent", members_only=True
    ),
    "accounts:garage": Access(who=MEMBERS, post=False, members_only=True),
    "accounts:garage-new": form(),
    "accounts:garage-item": of("author", "owned", else_="absent"),
    "accounts:garage-default": Access(
        who=frozenset({"author"}), get=False, arguments=("owned",), else_="absent", members_only=True
    ),
    "accounts:garage-retire": Access(
        who=frozenset({"author"}), get=False, arguments=("owned",), else_="absent", members_only=True
    ),
    "accounts:garage-delete": of("author", "owned", else_="absent"),
    "accounts:data": Access(who=MEMBERS, post=False, members_only=True),
    "accounts:data-export": form(),
    "accounts:data-erase": form(),
}


def site_routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The names of all routes that are the site's own, with their name space."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from site_routes(pattern, pattern.namespace or space)
        elif isinstance(pattern, URLPattern) and space in SITE:
            yield f"{space}:{pattern.name}" if pattern.name else f"{space}:({pattern.pattern})"


def unlisted(routes: Iterator[str], matrix: dict[str, Access]) -> set[str]:
    """Routes without a row. One without a name is another address of a page that has a name."""
    return {route for route in routes if not route.endswith(")") and route not in matrix}


def test_every_route_is_in_the_matrix():
    assert unlisted(site_routes(), MATRIX) == set()


def test_every_row_of_the_matrix_is_a_route():
    assert set(MATRIX) - set(site_routes()) == set()


def test_a_planted_route_is_seen():
    assert unlisted(iter(["wiki:problem", "wiki:backdoor"]), MATRIX) == {"wiki:backdoor"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[dict[str, Any]]:
    """The world of these tests, made once; each question undoes what it changed."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build_world()
        made["clients"] = {role: signed_in(person) for role, person in made["people"].items()}
        yield made
        transaction.set_rollback(True)


def build_world() -> dict[str, Any]:
    """One post of each kind by one author on which nobody else has built, and a person in each role."""
    author = make_regular(username="author")
    problem = make_problem(author=author, component=brake_light_switch())
    fix = make_fix(author=author, problem=problem)
    outcome = make_outcome(fix=fix, member=author)
    recall = make_diagnostic(kind="recall", products=[a_model()], number="14V999000", publisher="NHTSA")
    diagnostic = make_diagnostic(products=[a_model()], codes=[make_fault_code()])
    make_link(problem=problem, diagnostic=diagnostic)
    photo = add_photo(post=problem, upload=photo_file(), caption="The switch", actor=author, now=NOW)
    waiting = Outcome.objects.create(
        remedy=fix.remedy,
        product=a_year(),
        result="worked",
        state="awaiting_mail",
        mail_digest="d" * 64,
        happened_on=NOW.date(),
        created_at=NOW,
        updated_at=NOW,
    )
    # As recent as the clock of the request, which decides whether the link still holds.
    Outcome.objects.filter(pk=waiting.pk).update(updated_at=_now())
    professional = make_professional(product=a_make(), username="professional")
    professional.memberships.update(is_manager=True)
    staff = make_staff(product=a_make(), username="staff", reputation=5000)
    firm = make_organisation(kind="supplier", scope=[a_make()])
    make_membership(organisation=firm, member=author, is_manager=True)
    claim = mail_proof(
        claim=make_claim(products=[a_make()], actor=author), address="a@torque.example", actor=author, now=_now()
    )
    brand = cast("Brand", brand_at(staff.memberships.get().organisation.slug, staff))
    return {
        "people": {
            "stranger": None,
            "newcomer": make_user(username="newcomer"),
            "member": make_regular(username="member"),
            "experienced": make_experienced(username="experienced"),
            "author": author,
            "professional": professional,
            "staff": staff,
            "moderator": make_moderator(username="moderator"),
            "admin": make_admin(username="admin"),
        },
        "problem": problem,
        "fix": fix,
        "remedy": fix.remedy,
        "outcome": outcome,
        "comment": make_comment(on=problem, author=author),
        "photo": photo,
        "sighting": report_sighting(problem=problem, actor=author, now=NOW),
        "filing": make_filing(member=author),
        "run": make_import_run(),
        "table_import": make_table_import(member=professional, fix=fix),
        "word_products": "products",
        "word_drop": "drop",
        "name": make_unmatched_name(),
        "diagnostic": diagnostic,
        "official_slug": "slug",
        "recall_number": recall.number,
        "flag": flag_post(post=make_problem(), reason="harmful", actor=make_regular(), now=NOW),
        "alarm": make_alarm(remedy=fix.remedy),
        "owned": make_owned_product(member=author, product=a_year()),
        "proof": show_evidence(outcome=outcome, kind="photo", words="", upload=photo_file(), actor=author, now=NOW),
        "test": make_diagnostic_test(problem=problem, author=author),
        "trial": begin_trial(
            remedy=fix.remedy,
            product=a_year(),
            owned_product=None,
            problem=problem,
            wants_mail=True,
            actor=author,
            now=NOW,
        ),
        "stop_token": stop_token(author),
        "api_token": make_token(member=author, name="a program", scopes=[TokenScope.READ], now=NOW).token,
        "token": token_of(waiting),
        "webhook": make_webhook(member=author),
        "pro_webhook": make_webhook(organisation=professional.memberships.get().organisation),
        "word_pause": "pause",
        "picture": photo.image.name,
        "issue": make_issue(product=a_year(), is_public=True),
        "dump_day": write_dump(settings.DUMP_DIR, now=NOW, keep=1, progress=lambda *_: None).name,
        "word_manifest": "manifest.json",
        "word_review": "review",
        "word_table": "problems",
        "word_form": "csv",
        "word_problem": "problem",
        "word_code": "p0571",
        "word_ranking": "ranking",
        "word_conduct": "conduct",
        "product": a_year(),
        "make": a_make(),
        "component": brake_light_switch(),
        "word_author": author.username,
        "organisation": professional.memberships.get().organisation,
        "year": a_year(),
        "feed_key": feed_address(brand, staff).split("/")[-2],
        "brand": staff.memberships.get().organisation,
        "firm": firm,
        "claim": claim,
        "claim_token": proof_token(claim),
        "invitation_token": invitation_token(
            make_invitation(organisation=firm, actor=author, address="newcomer@example.org", now=_now())
        ),
        "one": 1,
    }


def _now():
    from django.utils import timezone

    return timezone.now()


def signed_in(person: User | None) -> Client:
    """A browser of the person."""
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def argument(world: dict[str, Any], name: str) -> Any:
    """An argument of an address by its name in the matrix."""
    thing, _, attribute = name.partition(".")
    value = world[thing]
    if attribute:
        return getattr(value, attribute)
    return value if isinstance(value, (str, int)) else value.pk


def answer(world: dict[str, Any], route: str, role: str, method: str) -> str:
    """What a person in a role is told; whatever it changed is undone."""
    address = reverse(route, args=[argument(world, name) for name in MATRIX[route].arguments])
    client = world["clients"][role]
    point = transaction.savepoint()
    try:
        response = getattr(client, method)(address)
    finally:
        transaction.savepoint_rollback(point)
    status = response.status_code
    if status == 302 and response["Location"].startswith("/accounts/login/"):
        return "login"
    if status == 301:
        return "open"
    assert status < 500, f"{route} {role} {method}: {status}"
    return {403: "refused", 404: "absent", 405: "method"}.get(status, "open")


def due(access: Access, role: str, method: str, state: str) -> str:
    """What the matrix says."""
    served = access.get if method == "get" else access.post
    if access.members_only and role == "stranger":
        return "login"
    if not served:
        return "method"
    if state == "deleted" or (state == "hidden" and role not in MODERATORS):
        return "absent"
    return "open" if role in access.who else access.else_


@pytest.mark.parametrize("route", sorted(MATRIX))
def test_each_role_gets_where_it_may_and_nowhere_else(world, route):
    access = MATRIX[route]
    told = {}
    expected = {}
    for role in ROLES:
        for method in ("get", "post"):
            told[role, method] = answer(world, route, role, method)
            expected[role, method] = due(access, role, method, "published")
    assert told == expected


@pytest.mark.parametrize("state", ["hidden", "deleted"])
@pytest.mark.parametrize("route", sorted(route for route, access in MATRIX.items() if access.about))
def test_hidden_posts_are_there_for_moderators_and_deleted_ones_for_nobody(world, route, state):
    access = MATRIX[route]
    post = world[access.about]
    told = {}
    expected = {}
    point = transaction.savepoint()
    type(post).objects.filter(pk=post.pk).update(state=state)
    for role in ROLES:
        for method in ("get", "post"):
            told[role, method] = answer(world, route, role, method)
            expected[role, method] = due(access, role, method, state)
    transaction.savepoint_rollback(point)
    assert told == expected


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_other_method_is_served(world, method):
    told = {route: answer(world, route, "admin", method) for route in MATRIX}

    assert {route for route, said in told.items() if said != "method"} - ASK_FOR_THE_PASSWORD_FIRST == set()


def test_looking_writes_nothing(world):
    """No GET of any page by anybody changes a row."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    writing = []
    for route, access in MATRIX.items():
        if not access.get:
            continue
        for role in ("stranger", "author", "moderator"):
            with CaptureQueriesContext(connection) as queries:
                answer(world, route, role, "get")
            writing += [
                f"{route} {role}: {query['sql'][:90]}"
                for query in queries
                if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")
                and not any(table in query["sql"] for table in ("django_session", '"last_login"'))
            ]
    assert writing == []
    assert default_storage.exists(world["picture"])
