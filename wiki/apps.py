"""The wiki app."""

from importlib import import_module

from django.apps import AppConfig


class WikiConfig(AppConfig):
    """What people know: problems, fixes, outcomes, votes, the plan, search."""

    name = "wiki"

    def ready(self) -> None:
        """Make the wiki's community rules known to the admin and the help pages."""
        from accounts.queries.community_rules import register
        from wiki.rules.alarms import AlarmRules
        from wiki.rules.embedding import EmbedRules
        from wiki.rules.emergence import MonitorRules
        from wiki.rules.follow_up import FollowUpRules
        from wiki.rules.judgement import Judgement
        from wiki.rules.mailing import MailRules
        from wiki.rules.possession import ProofRules
        from wiki.rules.publication import FlagRules
        from wiki.rules.quality import QualityRules
        from wiki.rules.searches import SearchRules
        from wiki.rules.trust import TrustRules
        from wiki.rules.votes import VoteRules
        from wiki.rules.webhooks import WebhookRules

        import_module("wiki.search.engines")  # registers its check of the setting
        groups = (AlarmRules, FlagRules, FollowUpRules, Judgement, MailRules, ProofRules, QualityRules)
        for rules in (*groups, EmbedRules, MonitorRules, SearchRules, TrustRules, VoteRules, WebhookRules):
            register(rules)
