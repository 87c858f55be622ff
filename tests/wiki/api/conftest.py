"""A world for the API: a problem with a proven fix, an official diagnostic, and members with tokens."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from accounts.actions.tokens import make_token
from accounts.models import User
from accounts.rules.tokens import TokenScope
from tests.builders.accounts import NOW
from tests.builders.products import a_year, brake_light_switch, make_diagnostic, make_fault_code
from tests.builders.wiki import make_fix, make_link, make_outcome, make_problem, make_regular
from wiki.models import Fix, Outcome, Problem


@dataclass(frozen=True)
class World:
    """What stands on the site of these tests."""

    problem: Problem
    fix: Fix
    outcome: Outcome
    member: User
    token: str

    @property
    def bearer(self) -> dict[str, str]:
        """Headers of a request with the member's token."""
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def world(db) -> World:
    """The founding case in small."""
    make_fault_code(code="P0571", description="Brake switch A circuit")
    problem = make_problem(product=a_year(), component=brake_light_switch(), code_text="P0571")
    fix = make_fix(problem=problem, title="Replace the brake light switch")
    outcome = make_outcome(remedy=fix.remedy, note="Gone since then.")
    make_link(problem=problem, diagnostic=make_diagnostic(products=[a_year()]))
    member = make_regular()
    made = make_token(member=member, name="tests", scopes=list(TokenScope), now=NOW)
    return World(problem, fix, outcome, member, made.text)


@pytest.fixture
def api(client):
    """GET an address of the API as JSON; keyword arguments are headers and status."""

    def get(address: str, *, status: int = 200, headers: dict[str, str] | None = None, **said):
        response = client.get(f"/api/v1/{address}", said, headers=headers or {})
        assert response.status_code == status, response.content
        return response.json() if response.content else None

    return get


@pytest.fixture
def send(client):
    """POST JSON to an address of the API and give the response."""

    def post(address: str, body, *, headers: dict[str, str] | None = None):
        return client.post(f"/api/v1/{address}", body, content_type="application/json", headers=headers or {})

    return post
