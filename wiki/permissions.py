"""Who may do what to which post. Each answer is None, or the refusal with its sentence.

Who has a stake in a product for an organisation never edits, hides or removes what others wrote about it, whatever else
they are; `wiki.conduct` says what more organisations may not do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from accounts.errors import Refusal
from accounts.models import Organisation
from accounts.queries.privileges import may
from accounts.queries.standing import Affiliation, is_staff_of_manufacturer, stake_of, standing_of
from products.models import OfficialDiagnostic, Product
from wiki.errors import HasOthersWork, NotAllowed, NotSignedIn, OwnPost, PostGone
from wiki.models import Comment, DiagnosticTest, EmergingIssue, Fix, Outcome, Photo, Problem, Proof

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Person = User | AnonymousUser
Post = Problem | Fix | Comment | Outcome | Photo | DiagnosticTest

MAKER_NEVER_EDITS = "You work for the manufacturer of this product: what owners wrote stays theirs. Please comment."
STAKE_NEVER_EDITS = (
    "You belong to {name}, which has a stake in this product: what others wrote stays theirs. Please comment."
)
ITS_OWN_WORD = "The organisation answers for this: only its staff revises it."
SUGGEST_INSTEAD = "Only its author or an experienced member may edit this. Please say in a comment what is wrong."


def require(refusal: Refusal | None) -> None:
    """Raise the refusal, if there is one."""
    if refusal is not None:
        raise refusal


def author_of(post: Post) -> User | None:
    """Who wrote the post: a member, or nobody that we know."""
    if isinstance(post, Outcome):
        return post.member
    if isinstance(post, Photo):
        return post.uploaded_by
    return post.author


def stands_on(post: Comment | Photo) -> Problem | Fix | Outcome:
    """What a comment or photo belongs to; the database allows none without."""
    target: Problem | Fix | Outcome | None = post.problem or post.fix or post.outcome
    if target is None:
        raise PostGone
    return target


def product_of(post: Post) -> Product:
    """The product that a post is about."""
    if isinstance(post, (Problem, Outcome)):
        return post.product
    if isinstance(post, (Fix, DiagnosticTest)):
        return post.problem.product
    return product_of(stands_on(post))


def is_present(post: Post) -> bool:
    """Whether the post and what it stands on are published."""
    if post.state != "published":
        return False
    if isinstance(post, (Fix, DiagnosticTest)):
        return is_present(post.problem)
    return is_present(stands_on(post)) if isinstance(post, (Comment, Photo)) else True


def workshop_of(person: Person, product: Product) -> int | None:
    """The id of the verified workshop or dealer that the person works for, if its scope holds the product."""
    for there in standing_of(person).affiliations:
        if there.role == "professional" and there.covers(product):
            return there.organisation_id
    return None


def is_moderator(person: Person, product: Product) -> bool:
    """Whether the person moderates what is said about the product."""
    return person.is_authenticated and person.has_perm("wiki.moderate", product)


def may_edit_any(person: Person, product: Product) -> bool:
    """Whether the person edits others' posts about the product: by a role, or by reputation."""
    return person.is_authenticated and (
        person.has_perm("wiki.edit_any", product) or may(person, "edit_without_review", product)
    )


def may_check_tests(person: Person, product: Product) -> bool:
    """Whether a test that the person stands behind may be shown before a plan: professionals, experienced members."""
    there = stake_of(person, product) if person.is_authenticated else None
    if there is not None and there.role != "professional":
        return False
    return workshop_of(person, product) is not None or may_edit_any(person, product)


def refusal_of_stake(person: Person, product: Product) -> Refusal | None:
    """Why the person decides nothing about others' words on the product: an organisation of theirs has a stake."""
    there = stake_of(person, product)
    if there is None:
        return None
    if is_staff_of_manufacturer(person, product):
        return NotAllowed(MAKER_NEVER_EDITS)
    return NotAllowed(STAKE_NEVER_EDITS.format(name=there.name))


def refusal_to_edit(person: Person, post: Post) -> Refusal | None:
    """Why the person may not edit the post: authors edit their own, experienced members and moderators the rest."""
    if not person.is_authenticated:
        return NotSignedIn()
    if post.state == "deleted" or (post.state == "hidden" and not is_moderator(person, product_of(post))):
        return PostGone()
    if isinstance(post, Comment) and post.is_for_organisation:
        return None if _speaks_for(person, post.organisation_id) else NotAllowed(ITS_OWN_WORD)
    if author_of(post) == person:
        return None
    if isinstance(post, Outcome):
        return NotAllowed("A report belongs to the person who made it.")
    if may_edit_any(person, product_of(post)):
        return refusal_of_stake(person, product_of(post))
    return NotAllowed(SUGGEST_INSTEAD)


def refusal_to_delete(person: Person, post: Post) -> Refusal | None:
    """Why the person may not delete the post: authors as long as nobody built on it, moderators always."""
    if not person.is_authenticated:
        return NotSignedIn()
    if post.state == "deleted":
        return PostGone()
    own = author_of(post) == person
    if isinstance(post, Comment) and post.is_for_organisation and _speaks_for(person, post.organisation_id):
        return NotAllowed("What your organisation said in public stays. You can revise it; the history is kept.")
    refusal = None if own else refusal_of_stake(person, product_of(post))
    if refusal is not None:
        return refusal
    if is_moderator(person, product_of(post)):
        return None
    if not own:
        return NotAllowed("Only its author or a moderator may delete this.")
    return HasOthersWork() if others_built_on(post, person) else None


def maker_of(person: Person, product: Product) -> Affiliation | None:
    """The verified manufacturer that the person works for and that speaks for the product."""
    for there in standing_of(person).affiliations:
        if there.role == "staff" and there.covers(product):
            return there
    return None


def refusal_to_answer(person: Person, post: Problem | Outcome) -> Refusal | None:
    """Why the person may not answer a problem, or reply to an outcome, for its manufacturer."""
    if not person.is_authenticated:
        return NotSignedIn()
    if not is_present(post):
        return PostGone()
    if maker_of(person, product_of(post)) is None:
        return NotAllowed("Only the staff of the product's verified manufacturer answers here in its name.")
    return None


def refusal_to_link(person: Person, problem: Problem) -> Refusal | None:
    """Why the person may not link official diagnostics to the problem; the maker's staff may add, not take away."""
    if not person.is_authenticated:
        return NotSignedIn()
    if not is_present(problem):
        return PostGone()
    if (
        problem.author_id == person.pk
        or may_edit_any(person, problem.product)
        or workshop_of(person, problem.product) is not None
        or is_staff_of_manufacturer(person, problem.product)
    ):
        return None
    return NotAllowed("Official diagnostics are linked by the author, professionals and experienced members.")


def refusal_to_unlink(person: Person, problem: Problem) -> Refusal | None:
    """Why the person may not take a link away."""
    if not person.is_authenticated:
        return NotSignedIn()
    if is_staff_of_manufacturer(person, problem.product):
        return NotAllowed("You work for the manufacturer: you can add official diagnostics here, not remove any.")
    if problem.author_id == person.pk:
        return None
    if may_edit_any(person, problem.product):
        return refusal_of_stake(person, problem.product)
    return NotAllowed("Only the author, experienced members and moderators take links away.")


def refusal_to_judge(person: Person, post: Post) -> Refusal | None:
    """Why the person may not vote on or flag the post."""
    if not person.is_authenticated:
        return NotSignedIn()
    if not is_present(post):
        return PostGone()
    if author_of(post) == person:
        return OwnPost()
    return None


def refusal_to_moderate(person: Person, post: Post | None = None) -> Refusal | None:
    """Why the person may not decide about flagged posts; nobody decides about their own, or where an organisation
    of theirs has a stake."""
    if not person.is_authenticated:
        return NotSignedIn()
    if not (standing_of(person).is_moderator_somewhere if post is None else is_moderator(person, product_of(post))):
        return NotAllowed("Only moderators decide about flagged posts.")
    if post is not None and author_of(post) == person:
        return OwnPost()
    return None if post is None else refusal_of_stake(person, product_of(post))


def product_of_proof(proof: Proof) -> Product:
    """The product that was shown, or that the outcome is about."""
    shown = proof.owned_product or proof.outcome
    assert shown is not None  # proof_of_one_thing
    return shown.product


def member_of_proof(proof: Proof) -> User | None:
    """Who showed it."""
    if proof.outcome is not None:
        return proof.outcome.member
    return proof.owned_product.member if proof.owned_product is not None else None


def refusal_to_decide_proof(person: Person, proof: Proof) -> Refusal | None:
    """Why the person may not look at a proof and decide; nobody decides about their own, or where an
    organisation of theirs has a stake."""
    product = product_of_proof(proof)
    if not is_moderator(person, product):
        return NotAllowed("Only moderators look at proof.")
    if member_of_proof(proof) == person:
        return OwnPost()
    if stake_of(person, product) is not None:
        return NotAllowed("Your organisation has a stake in this product: somebody else looks at it.")
    return None


def refusal_to_operate(person: Person) -> Refusal | None:
    """Why the person may not see and undo imports: they concern every product, so the role has to as well."""
    if not person.is_authenticated:
        return NotSignedIn()
    if not (person.is_superuser or standing_of(person).held_on(None)):
        return NotAllowed("Only moderators of the whole site see its imports.")
    return None


@dataclass(frozen=True, slots=True)
class Seat:
    """How a person stands towards a manufacturer's console.

    `reads`: sees what is private to the manufacturer (its staff, and moderators of its whole scope who have no stake in
    it). `acts`: may also do something there (its staff alone). Anybody else has neither, and the public face of the
    same pages.
    """

    reads: bool = False
    acts: bool = False


def console_of(person: Person, organisation: Organisation) -> Seat:
    """The person's seat at the manufacturer's console; nobody has one at another organisation, or an unverified one.

    No query for strangers; for others those of their standing, and the scope's where they hold a role.
    """
    if organisation.kind != Organisation.Kind.MANUFACTURER or organisation.verified_at is None:
        return Seat()
    standing = standing_of(person)
    if organisation.pk in standing.organisation_ids:
        return Seat(reads=True, acts=True)
    if standing.is_moderator_somewhere:
        scope = list(organisation.scope.all())
        return Seat(reads=bool(scope) and all(_decides_on(person, product) for product in scope))
    return Seat()


def refusal_at_console(person: Person, organisation: Organisation) -> Refusal | None:
    """Why the person may not act for the manufacturer: its own staff does, and moderators only read."""
    if not person.is_authenticated:
        return NotSignedIn()
    if not console_of(person, organisation).acts:
        return NotAllowed(f"Only the staff of {organisation.name} does this. Moderators read here.")
    return None


def refusal_to_handle_issue(person: Person, issue: EmergingIssue) -> Refusal | None:
    """Why the person may not act on an emerging issue: its manufacturer's staff and impartial moderators may."""
    if not person.is_authenticated:
        return NotSignedIn()
    if is_staff_of_manufacturer(person, issue.product) or _decides_on(person, issue.product):
        return None
    return NotAllowed("Only the manufacturer's team and moderators act on emerging issues.")


def refusal_to_be_assigned(person: User, issue: EmergingIssue) -> Refusal | None:
    """Why an emerging issue may not be given to the person: they have to be able to act on it."""
    if refusal_to_handle_issue(person, issue) is None:
        return None
    return NotAllowed(f"{person} is neither of the manufacturer's team nor a moderator of this product.")


def refusal_to_attach(diagnostic: OfficialDiagnostic, issue: EmergingIssue) -> Refusal | None:
    """Why an official diagnostic may not be attached to an issue: it has to be about the product, or a part of it."""
    if OfficialDiagnostic.objects.applying_to(issue.product).filter(pk=diagnostic.pk).exists():
        return None
    return NotAllowed(f"This official diagnostic is not about the {issue.product.full_name}.")


class Covering(Protocol):
    """What covers a product: a row of a diagnostic's coverage, or a range of a draft."""

    @property
    def product(self) -> Product:
        """The product."""


def refusal_to_cover(organisation: Organisation, covered: Iterable[Covering]) -> Refusal | None:
    """Why the organisation may not speak about these products: each has to stand in its scope, and one at least."""
    products = [each.product for each in covered]
    if not products:
        return NotAllowed("An official diagnostic needs a product of your scope.")
    scope = list(organisation.scope.all())
    for product in products:
        if not any(
            node.tree_id == product.tree_id and node.lft <= product.lft and node.rght >= product.rght for node in scope
        ):
            return NotAllowed(f"{product.full_name} is not in the scope of {organisation.name}.")
    return None


def refusal_to_change_official(organisation: Organisation, diagnostic: OfficialDiagnostic) -> Refusal | None:
    """Why the organisation may not revise a diagnostic: an authority's, or one that covers what is not its own."""
    if diagnostic.created_by_run_id is not None:
        return NotAllowed("This came from a public record and stays as it stands there. Supersede it instead.")
    return refusal_to_cover(organisation, diagnostic.coverage.select_related("product"))


def _decides_on(person: Person, product: Product) -> bool:
    """Whether the person moderates the product and no organisation of theirs has a stake in it."""
    return is_moderator(person, product) and refusal_of_stake(person, product) is None


def _speaks_for(person: Person, organisation_id: int | None) -> bool:
    return organisation_id is not None and organisation_id in standing_of(person).organisation_ids


def others_built_on(post: Post, author: User) -> bool:
    """Whether others have reported, written or commented on the post, so that it is not its author's to delete."""
    if isinstance(post, Problem):
        return (
            post.fixes.exclude(state="deleted").exclude(author=author).exists()
            or post.comments.exclude(state="deleted").exclude(author=author).exists()
            or post.sightings.exclude(member=author).exists()
        )
    if isinstance(post, Fix):
        return (
            Outcome.objects.filter(remedy__fix=post, state__in=("published", "hidden")).exclude(member=author).exists()
            or post.comments.exclude(state="deleted").exclude(author=author).exists()
        )
    if isinstance(post, DiagnosticTest):
        return post.readings.filter(reports__isnull=False).exclude(reports__outcome__member=author).exists()
    if isinstance(post, Comment):
        return post.replies.exclude(state="deleted").exclude(author=author).exists()
    return False
