"""What accounts refuses, each with a sentence fit to show."""


class Refusal(Exception):
    """An act that was refused; its text is fit to show."""

    sentence = "This is not possible."

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


class UnknownRule(Refusal):
    """No community rule has this name."""

    sentence = "No community rule has this name."


class RuleOutOfBounds(Refusal):
    """A community rule can't take this value."""


class ReasonMissing(Refusal):
    """A change that everybody can read needs a reason."""

    sentence = "Say why: everybody can read it."


class NotPermitted(Refusal):
    """The actor has no right to do this."""

    sentence = "You have no right to do this."


class AlreadyReversed(Refusal):
    """An event of the ledger is undone once."""

    sentence = "This event has already been undone."


class PrivilegeMissing(Refusal):
    """The member's reputation does not open this yet."""


class LimitReached(Refusal):
    """A limit on how much or how fast; `seconds` until it may be tried again, None where waiting is no use."""

    def __init__(self, sentence: str | None = None, *, seconds: int | None = None) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class ScopeMissing(Refusal):
    """An organisation without a place in the product tree can't be verified."""

    sentence = "Give the organisation a scope in the product tree first: its word counts there and nowhere else."


class TokenRefused(Refusal):
    """A token that can't be made; the sentence says why."""

    sentence = "This token can't be made."


class WrongPassword(Refusal):
    """The password typed again does not match."""

    sentence = "This is not your password."


class NotYours(Refusal):
    """An owned product of somebody else."""

    sentence = "This owned product is not yours."


class OwnedProductInUse(Refusal):
    """Two reports on one remedy would fall together without the product that tells them apart."""

    sentence = "You reported on one remedy with this product and without it. Say that you no longer have it instead."


class DomainRefused(Refusal):
    """No domain of an organisation, or an address that is not at it; the sentence says why."""


class LinkEnded(Refusal):
    """A mailed link that is broken, too old or used."""

    sentence = "This link holds no longer: it is broken, too old or was used."


class MailNotSent(Refusal):
    """A mail could not be sent."""

    sentence = "The mail did not leave just now. Please try again in a few minutes."


class ClaimRefused(Refusal):
    """A claim, wish or invitation that can't be made or decided this way; the sentence says why."""


class LastManager(Refusal):
    """An organisation has a manager as long as it has members."""

    sentence = "An organisation needs a manager: name another one first."


class RecordsUnreachable(Refusal):
    """The name servers did not answer."""

    sentence = "The name servers of this domain did not answer in time. Please try again in a few minutes."
