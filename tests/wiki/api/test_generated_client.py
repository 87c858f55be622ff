"""A client that openapi-python-client makes from the document we serve: complete, and enough for a dealer's day."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from accounts.actions.tokens import make_token
from accounts.rules.tokens import TokenScope
from tests.builders.accounts import NOW, make_professional
from tests.builders.products import a_year
from tests.builders.wiki import make_outcome
from wiki.api.site import api
from wiki.models import Outcome

# A server in a thread sees what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made_client(live_server, tmp_path, monkeypatch) -> Iterator[Path]:
    """The package `fixlore_client` as the generator writes it, without a warning."""
    (tmp_path / "config.yml").write_text("post_hooks: []\n")
    made = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta", "none"),
            *("--url", f"{live_server.url}/api/v1/openapi.json", "--config", "config.yml"),
            *("--output-path", "fixlore_client"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "fixlore_client"
    for name in [name for name in sys.modules if name.partition(".")[0] == "fixlore_client"]:
        del sys.modules[name]


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """What is closed after the test."""
    with ExitStack() as stack:
        yield stack


def test_a_generated_client_knows_every_operation_looks_a_case_up_and_reports_once(
    world, live_server, made_client, opened
):
    workshop = make_professional(product=a_year())
    for number in ("J-1", "J-2"):
        make_outcome(remedy=world.fix.remedy, member=workshop, job_number=number)
    operations = {
        operation["operationId"]
        for methods in api.get_openapi_schema()["paths"].values()
        for operation in methods.values()
    }
    assert {path.stem for path in made_client.glob("api/*/[a-z]*.py")} == operations

    fixlore = importlib.import_module("fixlore_client")
    models = importlib.import_module("fixlore_client.models")
    look_up = importlib.import_module("fixlore_client.api.lookup.look_up")
    get_plan = importlib.import_module("fixlore_client.api.problems_plans_and_fixes.get_plan")
    report = importlib.import_module("fixlore_client.api.outcomes_and_sightings.report_outcome")

    # Without a token: what does the community say, for this VIN and two codes?
    stranger = opened.enter_context(fixlore.Client(base_url=live_server.url))
    asked = models.LookupAsked(vin="SALLMAMH44A123456", codes=["P0571", "P0504-64"], usage=121_000)
    answer = look_up.sync(client=stranger, body=asked)
    assert isinstance(answer, models.Lookup)
    assert (answer.product.path, answer.codes) == (a_year().path, ["P0571", "P0504"])
    assert answer.finding.before_you_replace.first == "Replace the brake light switch"
    first = answer.finding.plan.steps[0]
    assert first.kind is models.RemedyKind.FIX

    # With the workshop's token: the job, sent twice as after a lost answer.
    token = make_token(member=workshop, name="shop software", scopes=[TokenScope.REPORT], now=NOW).text
    client = opened.enter_context(fixlore.AuthenticatedClient(base_url=live_server.url, token=token))
    job = models.NewOutcome(
        remedy=first.remedy,
        product=answer.product.path,
        result=models.Result.WORKED,
        done_by=models.Way.WORKSHOP,
        job_number="J-4711",
        money="64.20",
    )
    sent = [report.sync_detailed(client=client, body=job, idempotency_key="J-4711") for _ in range(2)]
    assert [one.status_code for one in sent] == [201, 201]
    assert sent[0].parsed == sent[1].parsed
    assert sent[0].parsed.tier is models.Tier.PROFESSIONAL
    assert Outcome.objects.filter(job_number="J-4711").count() == 1

    # The plan has changed, and a refusal is a problem document with its sentence.
    after = get_plan.sync(answer.finding.problem, client=stranger, product=answer.product.path)
    assert after.steps[0].chance.reports == first.chance.reports + 1
    refused = report.sync(client=client, body=job)
    assert isinstance(refused, models.ProblemDocument)
    assert (refused.status, refused.existing) == (409, sent[0].parsed.id)
