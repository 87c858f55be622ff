"""Refusals of the wiki: each is a class with a sentence fit to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from accounts.errors import Refusal

if TYPE_CHECKING:
    from wiki.models import Comment, Outcome


class NotAllowed(Refusal):
    """The person may not do this to this post."""

    sentence = "You may not change this."


class NotSignedIn(NotAllowed):
    """Only members may do this."""

    sentence = "Please sign in first."


class PostGone(Refusal):
    """The post was deleted, or hidden from this person."""

    sentence = "This is no longer here."


class TextTooLong(Refusal):
    """A text is longer than we render."""

    sentence = "This text is too long: 50,000 characters are the most."


class EditConflict(Refusal):
    """Somebody else changed the post meanwhile: carries what they wrote and what was typed.

    `theirs` and `mine` are contents as revisions keep them; `version` is the number to base the next try on.
    """

    sentence = "Somebody else changed this while you were writing. Compare both and save again."

    def __init__(self, *, theirs: Mapping[str, Any], mine: Mapping[str, Any], version: int) -> None:
        super().__init__()
        self.theirs = theirs
        self.mine = mine
        self.version = version


class NothingChanged(Refusal):
    """An edit that changes nothing makes no revision."""

    sentence = "Nothing was changed."


class RevisionUnknown(Refusal):
    """The post has no revision of that number."""

    sentence = "There is no such revision."


class HasOthersWork(Refusal):
    """A post that others have built on is not its author's to delete."""

    sentence = "Others have already written here, so it can't be deleted. Ask a moderator with a flag."


class NotApplying(Refusal):
    """An official diagnostic that covers neither the problem's product nor its relatives."""

    sentence = "This official diagnostic is about other products."


class OwnPost(Refusal):
    """Votes and flags are for what others wrote."""

    sentence = "This is your own: others decide about it."


class OwnMake(Refusal):
    """A manufacturer's staff speak through official diagnostics on their own products."""

    sentence = (
        "You work for the manufacturer of this product: your report would not count here. "
        "Publish an official diagnostic instead."
    )


class VoteRefused(Refusal):
    """A rule of voting stands against it; the sentence says which."""

    sentence = "This vote is not possible."


class VoteUnknown(Refusal):
    """There is no vote to take back."""

    sentence = "You have not voted on this."


class AlreadyReported(Refusal):
    """The person has reported on this remedy and product before: carries that outcome, which can be edited."""

    sentence = "You have already reported on this. You can edit your report."

    def __init__(self, outcome: Outcome | None = None, sentence: str = "") -> None:
        super().__init__(sentence)
        self.outcome = outcome


class AlreadyAnswered(Refusal):
    """The manufacturer has answered here before: carries that answer, which its staff can revise."""

    sentence = "Your organisation has answered here already. You can revise what it said."

    def __init__(self, answer: Comment | None = None) -> None:
        super().__init__()
        self.answer = answer


class NotYourProduct(Refusal):
    """An owned product of somebody else."""

    sentence = "This is not a product of your garage."


class AlreadySeen(Refusal):
    """One sighting per member, product and problem."""

    sentence = "You have already said that you have this too."


class ResultCannotRelapse(Refusal):
    """Only what worked can come back."""

    sentence = "Only a report that it worked, or helped partly, can be changed to “it came back”."


class LinkUnusable(Refusal):
    """A mailed link that is broken, too old or used."""

    sentence = "This link is not valid any more. Please report again; it takes a minute."


class MailRefused(Refusal):
    """The mail could not be sent; nothing is published without it."""

    sentence = "We could not send the mail just now. Please try again in a few minutes."


class AlreadyFlagged(Refusal):
    """One flag per person and post."""

    sentence = "You have already flagged this; a moderator will look at it."


class AlreadyDecided(Refusal):
    """A flag that was decided stays decided."""

    sentence = "This was already decided."


class TooManyPhotos(Refusal):
    """The post carries as many photos as it may."""

    sentence = "There are as many photos here as we keep."


class KeyUsedOtherwise(Refusal):
    """An idempotency key stands for one request."""

    sentence = "This Idempotency-Key was sent with another request. Take a new key for a new request."


class ProofRefused(Refusal):
    """A proof that can't be taken or decided; the sentence says why."""

    sentence = "This proof can't be taken."


class CodeRanOut(ProofRefused):
    """The one-time code in the picture is not one of today's."""

    sentence = "This code ran out. Photograph the new one beside the serial plate."


class IncompleteTest(Refusal):
    """A test without two different readings; the sentence says what is missing."""

    sentence = "A test has two readings at least."


class ReadingInUse(Refusal):
    """A reading that people have reported stays with its test; its words can be changed."""

    sentence = "People have reported this reading, so it can't be taken away: "


class NothingToFile(Refusal):
    """None of the sightings chosen can be filed: somebody was faster, or they are counted already."""

    sentence = "None of these can be filed: somebody filed them meanwhile, or the problem counts them already."


class TooManyAtOnce(Refusal):
    """More sightings than one act files."""

    sentence = "These are too many at once."


class FilingUndone(Refusal):
    """A filing is taken back once."""

    sentence = "This was already taken back."


class WrongIssueState(Refusal):
    """What was asked is not possible in the state in which the emerging issue is."""

    sentence = "This is not possible in the state in which the issue is."


class IssueOpenAlready(Refusal):
    """There is one open issue for a component at a product."""

    sentence = "A newer issue on the same component and product is open: please go on there."


class AlreadyAttached(Refusal):
    """An official diagnostic is attached to an issue once."""

    sentence = "This official diagnostic is attached already."


class NothingLoaded(Refusal):
    """There is no load of vehicles in service to take back, or another one is in force meanwhile."""

    sentence = "This load is no longer in force: somebody took it back or replaced it."


class SiteRefused(Refusal):
    """A site on which an organisation's frames can't be shown; the sentence says why."""

    sentence = "This site can't be allowed."


class SynonymsRefused(Refusal):
    """Groups of synonyms that can't be taken: `reasons` are (group, phrase, sentence), no phrase for a whole group."""

    def __init__(self, reasons: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(" ".join(sentence for _, _, sentence in reasons))
        self.reasons = tuple(reasons)


class DumpNotUnderstood(Refusal):
    """A folder is no open dump, or not what it says of itself."""

    sentence = "This is not an open dump that this site can read."


class SiteNotEmpty(Refusal):
    """A dump is loaded into an empty site only."""

    sentence = "A dump is loaded into an empty site only, and this one has rows already."


class AddressRefused(Refusal):
    """An address that this site does not call; the sentence says why."""

    sentence = "This site does not call this address."


class WebhookRefused(Refusal):
    """A webhook that can't be made or used so; the sentence says why."""

    sentence = "This is not possible with this webhook."


class TableRefused(Refusal):
    """A table of which nothing was kept; the sentence names the row."""
