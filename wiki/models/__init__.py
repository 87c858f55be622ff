"""What people know."""

from wiki.models.alarm import Alarm
from wiki.models.carried import CarriedOutcome, CarriedVotes
from wiki.models.comment import Comment
from wiki.models.complaint import Complaint, ComplaintComponent
from wiki.models.diagnosis import DiagnosticTest, Pointer, Reading, ReportedReading
from wiki.models.embed_site import EmbedSite
from wiki.models.emerging_issue import EmergingIssue, IssueDiagnostic, IssueEvent, IssueWeek
from wiki.models.evidence import Contribution, Evidence, NodeEvidence
from wiki.models.filing import Filing
from wiki.models.fix import Fix, FixPart, Remedy
from wiki.models.follow import Follow
from wiki.models.idempotent_request import IdempotentRequest
from wiki.models.imported_vote import ImportedVote
from wiki.models.in_service import ServiceLoad, UnitsInService
from wiki.models.official_act import OfficialAct
from wiki.models.outcome import Outcome
from wiki.models.photo import Photo
from wiki.models.problem import DiagnosticLink, Problem
from wiki.models.proof import Proof, ProofPicture
from wiki.models.publication import Publication
from wiki.models.repair import Repair
from wiki.models.report import Flag
from wiki.models.revision import Revision
from wiki.models.search_count import SearchCount
from wiki.models.series import MonitorState, SeriesWeek
from wiki.models.sighting import Sighting
from wiki.models.synonym import Synonym, SynonymChange
from wiki.models.table_import import ImportedRow, RememberedColumns, TableImport
from wiki.models.trial import Trial
from wiki.models.vote import Vote
from wiki.models.webhook import Webhook, WebhookDelivery, WebhookTry

__all__ = [
    "Alarm",
    "CarriedOutcome",
    "CarriedVotes",
    "Comment",
    "Complaint",
    "ComplaintComponent",
    "Contribution",
    "DiagnosticLink",
    "DiagnosticTest",
    "EmbedSite",
    "EmergingIssue",
    "Evidence",
    "Filing",
    "Fix",
    "FixPart",
    "Flag",
    "Follow",
    "IdempotentRequest",
    "ImportedRow",
    "ImportedVote",
    "IssueDiagnostic",
    "IssueEvent",
    "IssueWeek",
    "MonitorState",
    "NodeEvidence",
    "OfficialAct",
    "Outcome",
    "Photo",
    "Pointer",
    "Problem",
    "Proof",
    "ProofPicture",
    "Publication",
    "Reading",
    "Remedy",
    "RememberedColumns",
    "Repair",
    "ReportedReading",
    "Revision",
    "SearchCount",
    "SeriesWeek",
    "ServiceLoad",
    "Sighting",
    "Synonym",
    "SynonymChange",
    "TableImport",
    "Trial",
    "UnitsInService",
    "Vote",
    "Webhook",
    "WebhookDelivery",
    "WebhookTry",
]
