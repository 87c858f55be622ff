"""Change a community rule, with an audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.errors import NotPermitted, ReasonMissing, RuleOutOfBounds, UnknownRule
from accounts.models import CommunityRule, CommunityRuleChange, User
from accounts.queries import community_rules
from accounts.rules.community import checked


@transaction.atomic
def change_rule(*, name: str, value: Any, reason: str, actor: User, now: datetime) -> CommunityRuleChange | None:
    """Set the rule `group.field` to a value and return the row of the audit trail; None where nothing changes.

    A value equal to the default takes the row away, so that a later default from code counts again. Raises
    NotPermitted, UnknownRule, RuleOutOfBounds or ReasonMissing.
    """
    if not actor.has_perm("accounts.change_communityrule"):
        raise NotPermitted
    rule = community_rules.find_rule(name)
    if rule is None:
        raise UnknownRule
    try:
        value = checked(rule, value)
    except ValueError as error:
        raise RuleOutOfBounds(str(error)) from error
    if not reason.strip():
        raise ReasonMissing
    row = CommunityRule.objects.select_for_update().filter(name=name).first()
    before = row.value if row else rule.default
    if before == value:
        return None
    if value == rule.default:
        CommunityRule.objects.filter(name=name).delete()
    else:
        CommunityRule.objects.update_or_create(name=name, defaults={"value": value})
    community_rules.forget()
    # Again once others can see it: a reader between the two would have kept the old rows.
    transaction.on_commit(community_rules.forget)
    return CommunityRuleChange.objects.create(
        name=name, before=before, after=value, reason=reason.strip()[:255], changed_by=actor, changed_at=now
    )
