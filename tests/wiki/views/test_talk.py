"""Comments, votes, flags, sightings and photos on their pages, and the moderators' queue."""

import datetime

import pytest

from tests.builders.accounts import NOW, make_moderator, make_owned_product, make_staff, make_user
from tests.builders.products import a_make, a_model, a_year
from tests.builders.wiki import make_comment, make_fix, make_outcome, make_problem, make_regular, make_vote, photo_file
from tests.html import read
from wiki.actions.flags import flag_post
from wiki.actions.photos import add_photo
from wiki.models import Comment, Fix, Flag, Photo, Problem, Sighting, Vote

pytestmark = pytest.mark.django_db


def test_a_comment_is_written_from_the_box_and_stays_in_the_form_when_refused(client_of):
    problem = make_problem()
    client = client_of(make_regular())

    response = client.post(f"/comment/on/problem/{problem.pk}/", {"body": "Mine *too*."})
    comment = Comment.objects.get()
    assert response["Location"] == comment.get_absolute_url()
    assert comment.body_html == "<p>Mine <em>too</em>.</p>"

    long = "x" * 5001
    page = read(client.post(f"/comment/on/problem/{problem.pk}/", {"body": long}))
    assert page.form("comment-form").values["body"] == long


def test_a_reply_stands_under_its_comment_and_nowhere_else(client_of):
    comment = make_comment()
    client = client_of(make_regular())

    client.post(f"/comment/on/problem/{comment.problem_id}/", {"body": "Indeed.", "parent": comment.pk})
    assert comment.replies.get().body == "Indeed."
    client.post(f"/comment/on/problem/{make_problem().pk}/", {"body": "Elsewhere.", "parent": comment.pk})
    assert not Comment.objects.filter(body="Elsewhere.").exists()


def test_a_comment_is_edited_and_deleted_by_its_author_alone(client_of):
    comment = make_comment()
    author, stranger = client_of(comment.author), client_of(make_regular())
    data = {"body": "Better words.", "base_version": "1", "change": ""}

    assert stranger.post(f"/comment/{comment.pk}/edit/", data).status_code == 403
    assert stranger.post(f"/comment/{comment.pk}/delete/").status_code == 403
    author.post(f"/comment/{comment.pk}/edit/", data)
    comment.refresh_from_db()
    assert (comment.body, comment.version) == ("Better words.", 2)
    assert author.post(f"/comment/{comment.pk}/edit/", data | {"body": "Third"}).status_code == 409
    author.post(f"/comment/{comment.pk}/delete/")
    assert not Comment.objects.visible_to(comment.author).exists()


def test_a_vote_up_is_one_click_and_a_vote_down_asks_for_its_reason(client_of):
    fix = make_fix()
    client = client_of(make_regular())

    client.post(f"/vote/fix/{fix.pk}/", {"value": "1"})
    fix.refresh_from_db()
    assert fix.score == 1

    other = client_of(make_regular())
    page = read(other.post(f"/vote/fix/{fix.pk}/", {"value": "-1"}))
    assert "reason" in page.one("form-errors").text
    other.post(f"/vote/fix/{fix.pk}/", {"value": "-1", "reason": "unclear"})
    fix.refresh_from_db()
    assert fix.score == 0
    other.post(f"/vote/fix/{fix.pk}/", {"value": "0"})
    fix.refresh_from_db()
    assert fix.score == 1


def test_looking_at_the_vote_page_casts_none(client_of):
    fix = make_fix()
    client = client_of(make_regular())

    assert client.get(f"/vote/fix/{fix.pk}/", {"value": "-1"}).status_code == 200
    assert not Vote.objects.exists()


def test_a_newcomer_is_told_when_voting_opens(client_of):
    problem = make_problem()
    response = client_of(make_user()).post(f"/vote/problem/{problem.pk}/", {"value": "1"}, follow=False)

    assert response.status_code == 302
    assert not Vote.objects.exists()


@pytest.mark.parametrize("kind", ["problem", "fix", "comment", "outcome", "photo"])
def test_every_kind_of_post_can_be_flagged_without_scripts(client_of, kind):
    post = flaggable(kind)
    client = client_of(make_regular())
    address = f"/flag/{kind}/{post.pk}/"

    assert "What is wrong?" in read(client.get(address)).text
    page = read(client.post(address, {"note": "typed"}))
    assert page.form("flag-form").values["note"] == "typed"
    client.post(address, {"reason": "harmful", "note": "typed"})
    assert Flag.objects.get().note == "typed"
    assert "already flagged" in read(client.post(address, {"reason": "harmful"})).one("form-errors").text


def flaggable(kind):
    """A post of the kind."""
    if kind == "photo":
        author = make_regular()
        return add_photo(
            post=make_problem(author=author), upload=photo_file(), caption="A switch", actor=author, now=NOW
        )
    return {"problem": make_problem, "fix": make_fix, "comment": make_comment, "outcome": make_outcome}[kind]()


def test_an_unknown_kind_is_not_found(client_of):
    client = client_of(make_regular())

    for address in ("/flag/user/1/", "/vote/outcome/1/", "/comment/on/photo/1/", "/photo/on/comment/1/"):
        assert client.get(address).status_code == 404


def test_one_click_says_i_have_this_too_for_a_member_with_such_a_product(client_of):
    problem = make_problem()
    member = make_regular()
    car = make_owned_product(member=member, product=a_year(), is_default=True, usage=118_000)
    client = client_of(member)

    client.post(f"/problem/{problem.pk}/sighting/", {"quick": "1"})
    sighting = Sighting.objects.get()
    assert (sighting.owned_product, sighting.usage, sighting.product) == (car, 118_000, a_year())
    client.post(f"/problem/{problem.pk}/sighting/", {"quick": "1"})
    problem.refresh_from_db()
    assert problem.sighting_count == 1

    client.post(f"/sighting/{sighting.pk}/withdraw/")
    problem.refresh_from_db()
    assert (problem.sighting_count, Sighting.objects.count()) == (0, 0)


def test_without_a_garage_two_fields_say_it(client_of):
    problem = make_problem(product=a_model())
    client = client_of(make_regular())

    page = read(client.get(f"/problem/{problem.pk}/sighting/"))
    assert page.form("sighting-form").values["product"] == a_model().full_name
    client.post(f"/problem/{problem.pk}/sighting/", {"product": a_year().full_name, "seen_on": "2026-10-01"})
    sighting = Sighting.objects.get()
    assert (sighting.product, sighting.seen_on) == (a_year(), datetime.date(2026, 10, 1))


def test_a_sighting_is_taken_back_by_its_member_alone(client_of):
    problem = make_problem()
    client_of(make_regular()).post(f"/problem/{problem.pk}/sighting/", {"product": a_year().full_name})
    sighting = Sighting.objects.get()

    assert client_of(make_moderator()).post(f"/sighting/{sighting.pk}/withdraw/").status_code == 403
    assert Sighting.objects.exists()


def test_a_photo_is_added_shown_and_removed(client_of, client):
    author = make_regular()
    problem = make_problem(author=author)
    mine = client_of(author)

    mine.post(
        f"/photo/on/problem/{problem.pk}/", {"photo": photo_file(name="../../evil.html"), "caption": "The display"}
    )
    photo = Photo.objects.get()
    assert "evil" not in photo.image.name
    response = client.get(photo.image.url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "immutable" in response["Cache-Control"]

    assert client_of(make_regular()).post(f"/photo/{photo.pk}/remove/").status_code == 403
    mine.post(f"/photo/{photo.pk}/remove/")
    assert not Photo.objects.visible_to(author).exists()


def test_a_file_that_is_no_photo_is_refused_beside_its_field(client_of):
    author = make_regular()
    problem = make_problem(author=author)
    sent = photo_file()
    sent.seek(0)
    sent.truncate(0)
    sent.write(b"<html><script>alert(1)</script></html>")
    sent.seek(0)

    page = read(client_of(author).post(f"/photo/on/problem/{problem.pk}/", {"photo": sent, "caption": "x"}))

    assert "not a JPEG" in page.one("form-errors").text
    assert page.form("photo-form").values["caption"] == "x"
    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "photos/../../fixlore.sqlite3",
        "photos/x.html",
        "photos/x.svg",
        "secret_key",
        "photos/%2e%2e/x.jpg",
        "photos/a.jpg",
    ],
)
def test_no_other_file_is_served_as_media(client, name):
    assert client.get(f"/media/{name}").status_code == 404


def test_the_queue_is_for_moderators_and_shows_ages(client_of, moderator_client):
    fix = make_fix()
    flag_post(
        post=fix,
        reason="dangerous",
        note="It shorts the wire.",
        actor=make_regular(),
        now=datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=30),
    )

    assert client_of(make_regular()).get("/moderation/").status_code == 403
    assert client_of(make_staff(product=a_make())).get("/moderation/").status_code == 403
    case = read(moderator_client.get("/moderation/")).one("case")
    assert case.one("age").text == "30 hours old"
    assert "late" in case.text
    assert "It shorts the wire." in case.text


def test_a_moderator_decides_and_a_member_can_not(client_of, moderator_client):
    problem = make_problem()
    flags = [flag_post(post=problem, reason="harmful", actor=make_regular(), now=NOW) for _ in range(3)]
    problem.refresh_from_db()
    assert problem.state == "hidden"
    address = f"/moderation/{flags[0].pk}/"

    assert client_of(make_regular()).post(address, {"decision": "dismiss"}).status_code == 403
    assert moderator_client.get(address).status_code == 405
    moderator_client.post(address, {"decision": "dismiss"})
    problem.refresh_from_db()
    assert problem.state == "published"
    assert not Flag.objects.filter(state="open").exists()


def test_the_queue_costs_a_constant_number_of_queries(moderator_client, django_assert_num_queries):
    make_flags(1)
    with django_assert_num_queries(COST):
        moderator_client.get("/moderation/")
    make_flags(6)
    with django_assert_num_queries(COST):
        assert len(read(moderator_client.get("/moderation/")).all("case")) == 21


COST = 7


def make_flags(number):
    """Flags on so many problems, fixes and comments."""
    for _ in range(number):
        for post in (make_problem(), make_fix(), make_comment()):
            flag_post(post=post, reason="harmful", actor=make_regular(), now=NOW)


def test_the_history_lists_compares_and_restores(client_of, client):
    author = make_regular()
    fix = make_fix(author=author)
    mine = client_of(author)
    data = {
        "title": "Replace the pedal switch",
        "steps": "1. Pull.\n2. Push.",
        "cost": "75",
        "currency": "USD",
        "hours": "0.5",
        "difficulty": "easy",
        "safety_class": "green",
        "base_version": "1",
        "change": "better part",
        "parts-TOTAL_FORMS": "0",
        "parts-INITIAL_FORMS": "0",
    }
    mine.post(f"/fix/{fix.pk}-{fix.slug}/edit/", data)
    fix.refresh_from_db()
    assert (fix.title, fix.version, fix.parts.count()) == ("Replace the pedal switch", 2, 0)

    page = read(client.get(f"/fix/{fix.pk}-{fix.slug}/history/"))
    assert len(page.all("revision")) == 2
    assert "better part" in page.one("revisions").text
    page = read(client.get(f"/fix/{fix.pk}-{fix.slug}/diff/1..2/"))
    title = page.all("field-diff")[0]
    assert [each.text for each in title.one("before").select(".//del")] == ["brake light"]
    assert [each.text for each in title.one("after").select(".//ins")] == ["pedal"]

    address = f"/fix/{fix.pk}-{fix.slug}/restore/1/"
    assert client_of(make_regular()).post(address, {"base_version": "2"}).status_code == 403
    assert mine.post(address, {"base_version": "1"}).status_code == 409
    mine.post(address, {"base_version": "2"})
    fix.refresh_from_db()
    assert (fix.title, fix.version, fix.parts.count()) == ("Replace the brake light switch", 3, 1)
    assert client.get(f"/fix/{fix.pk}-{fix.slug}/diff/1..9/").status_code == 404


def test_hidden_posts_and_their_history_are_absent_for_readers(client_of, client, moderator_client):
    problem = make_problem()
    for _ in range(3):
        flag_post(post=problem, reason="harmful", actor=make_regular(), now=NOW)

    for address in ("history/", "diff/1..1/", "edit/", "sighting/", "fix/new/", "official/"):
        assert client_of(make_regular()).get(f"/problem/{problem.pk}/{address}").status_code == 404
    assert client.get(f"/problem/{problem.pk}/history/").status_code == 404
    assert moderator_client.get(f"/problem/{problem.pk}/history/").status_code == 200


def test_more_rows_for_parts_come_without_scripts_and_keep_what_was_typed(client_of):
    problem = make_problem()
    client = client_of(make_regular())
    page = read(client.get(f"/problem/{problem.pk}/fix/new/"))
    typed = page.form("fix-form").values | {"title": "Half a title", "parts-0-name": "Switch", "more_parts": "1"}

    page = read(client.post(f"/problem/{problem.pk}/fix/new/", typed))

    form = page.form("fix-form")
    assert len(page.all("part")) == 5
    assert (form.values["title"], form.values["parts-0-name"]) == ("Half a title", "Switch")
    assert not page.has("form-errors")
    assert not Fix.objects.exists()


def test_a_fix_with_its_parts_is_proposed(client_of):
    problem = make_problem()
    client = client_of(make_regular())
    typed = read(client.get(f"/problem/{problem.pk}/fix/new/")).form("fix-form").values | {
        "title": "Replace the switch",
        "steps": "1. Pull.",
        "cost": "60",
        "hours": "0.5",
        "parts-0-name": "Switch",
        "parts-0-price": "60",
    }

    response = client.post(f"/problem/{problem.pk}/fix/new/", typed)

    fix = Fix.objects.get()
    assert response["Location"] == fix.get_absolute_url()
    assert [part.name for part in fix.parts.all()] == ["Switch"]
    assert Problem.objects.get() == fix.problem


def test_a_price_without_a_part_is_asked_for_its_name(client_of):
    problem = make_problem()
    client = client_of(make_regular())
    typed = read(client.get(f"/problem/{problem.pk}/fix/new/")).form("fix-form").values | {
        "title": "Replace the switch",
        "steps": "1. Pull.",
        "cost": "60",
        "hours": "0.5",
        "parts-0-price": "60",
    }

    page = read(client.post(f"/problem/{problem.pk}/fix/new/", typed))

    assert "What is this part called?" in page.text
    assert not Fix.objects.exists()


def test_a_vote_can_be_seen_in_the_score_once(client_of):
    vote = make_vote(post=make_fix())
    client_of(vote.voter).post(f"/vote/fix/{vote.fix_id}/", {"value": "1"})

    assert Fix.objects.get(pk=vote.fix_id).score == 1


def test_a_comment_being_edited_says_what_it_stands_on(client_of):
    problem = make_problem(title="Doors won't lock")
    comment = make_comment(on=problem)
    page = read(client_of(comment.author).get(f"/comment/{comment.pk}/edit/"))
    assert page.links["Doors won't lock"].startswith(problem.get_absolute_url())
