"""The follow button, the list of what is followed, and the inbox."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders.accounts import NOW, make_user
from tests.builders.products import a_year, make_diagnostic
from tests.builders.wiki import make_fix, make_problem
from tests.html import read
from wiki.actions.following import follow, tell_followers
from wiki.models import Follow

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return make_user()


@pytest.fixture
def signed_in(member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def press(client, page):
    form = page.form("follow-form")
    return client.post(form.action, form.values, follow=True)


def inbox(client, **query):
    return read(client.get("/me/inbox/", query))


@pytest.mark.parametrize("make", [make_problem, a_year])
def test_the_button_follows_and_leaves(make, member, signed_in):
    thing = make()
    answer = press(signed_in, read(signed_in.get(thing.get_absolute_url())))
    assert answer.redirect_chain[-1][0] == thing.get_absolute_url()
    page = read(answer)
    assert "You follow" in page.one("messages").text
    assert page.one("follow-button").text.startswith("Unfollow")
    assert Follow.objects.get().member == member
    press(signed_in, page)
    assert not Follow.objects.exists()


def test_a_visitor_is_led_to_sign_in_and_back(client):
    problem = make_problem()
    button = read(client.get(problem.get_absolute_url())).one("follow-button")
    assert button.attribute("href") == f"/accounts/login/?next={problem.get_absolute_url()}"
    assert client.post(f"/follow/problem/{problem.pk}/").url.startswith("/accounts/login/")
    assert not Follow.objects.exists()


def test_what_is_hidden_or_unknown_is_absent(signed_in):
    problem = make_problem()
    type(problem).objects.update(state="hidden")
    for address in (f"/follow/problem/{problem.pk}/", "/follow/fix/1/", "/follow/product/999/"):
        assert signed_in.post(address).status_code == 404


def test_the_list_shows_what_is_followed_and_leaves_it(member, signed_in):
    problem = make_problem(title="Stalls when warm")
    follow(thing=problem, actor=member, now=NOW)
    follow(thing=a_year(), actor=member, now=NOW)
    page = read(signed_in.get("/me/following/"))
    assert [row.links and next(iter(row.links)) for row in page.all("follow")] == [
        a_year().full_name,
        "Stalls when warm",
    ]
    form = page.all("follow")[1].form("follow-form")
    assert signed_in.post(form.action, form.values).url == "/me/following/"
    assert Follow.objects.get().product == a_year()


def test_a_followed_problem_that_is_hidden_is_not_listed(member, signed_in):
    problem = make_problem(title="Stalls when warm")
    follow(thing=problem, actor=member, now=NOW)
    type(problem).objects.update(state="hidden")
    assert read(signed_in.get("/me/following/")).has("empty")


def test_news_of_one_problem_stand_together_and_are_marked_as_read(member, signed_in):
    problem, other = make_problem(title="Stalls when warm"), make_problem(title="Smells of oil")
    for thing in (problem, other):
        follow(thing=thing, actor=member, now=NOW)
    make_fix(problem=problem, title="Clean the valve")
    make_fix(problem=problem, title="Replace the coil")
    tell_followers(about=other, kind="answer", state="1", now=NOW)
    page = inbox(signed_in)
    groups = {next(iter(group.links)): group for group in page.all("news")}
    assert page.one("unread").text == "3 unread"
    assert [line.text.partition(".")[0] for line in groups["Stalls when warm"].all("line")] == [
        "A new fix was proposed: Replace the coil",
        "A new fix was proposed: Clean the valve",
    ]
    form = groups["Stalls when warm"].form("read-form")
    assert signed_in.post("/me/inbox/", form.values).url == "/me/inbox/"
    page = inbox(signed_in)
    assert page.one("unread").text == "1 unread"
    assert [next(iter(group.links)) for group in page.all("news")] == ["Smells of oil", "Stalls when warm"]
    assert [group.has("new") for group in page.all("news")] == [True, False]
    signed_in.post("/me/inbox/", {"all": "1"})
    assert not inbox(signed_in).has("unread")


def test_nobody_marks_the_news_of_another_as_read(member, signed_in):
    problem = make_problem()
    other = make_user()
    follow(thing=problem, actor=other, now=NOW)
    make_fix(problem=problem)
    signed_in.post("/me/inbox/", {"id": [str(row.pk) for row in other.notifications.all()], "all": ""})
    assert other.notifications.filter(read_at=None).count() == 1


def test_what_was_hidden_since_is_not_repeated(member, signed_in):
    problem = make_problem(title="Stalls when warm")
    follow(thing=problem, actor=member, now=NOW)
    make_fix(problem=problem, title="Clean the valve")
    type(problem).objects.update(state="hidden")
    page = inbox(signed_in)
    assert page.one("line").text.startswith("Something you follow is no longer here.")
    assert "Clean the valve" not in page.text


def test_an_official_diagnostic_is_named_with_its_publisher(member, signed_in):
    follow(thing=a_year(), actor=member, now=NOW)
    diagnostic = make_diagnostic(products=[a_year()], kind="bulletin", number="LTB00345", title="Check the switch")
    tell_followers(about=diagnostic, kind="official", now=NOW)
    group = inbox(signed_in).one("news")
    assert group.links == {"service bulletin LTB00345: Check the switch": diagnostic.get_absolute_url()}


def test_the_inbox_takes_as_many_queries_for_many(member, signed_in, django_assert_num_queries):
    def news() -> None:
        problem = make_problem()
        follow(thing=problem, actor=member, now=NOW)
        fix = make_fix(problem=problem)
        tell_followers(about=fix.problem, kind="answer", now=NOW)

    news()
    signed_in.get("/me/inbox/")
    with django_assert_num_queries(7):
        signed_in.get("/me/inbox/")
    for _ in range(9):
        news()
    with django_assert_num_queries(7):
        signed_in.get("/me/inbox/")


def test_the_count_costs_a_visitor_nothing_and_a_member_with_news_one_query(member, signed_in, client):
    def asked(who: Client) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            who.get("/help/")
        return [query["sql"] for query in queries if "accounts_notification" in query["sql"]]

    assert asked(client) == []
    assert len(asked(signed_in)) == 1  # the one that finds the member says that there is nothing
    follow(thing=(problem := make_problem()), actor=member, now=NOW)
    make_fix(problem=problem)
    assert len(asked(signed_in)) == 2
