"""Fields that a form wants beside what a person types."""

from accounts.forms import opened_stamp


def human_fields(*, seconds_ago: float = 60) -> dict[str, str]:
    """The hidden fields of a form that a person opened a minute ago: `client.post(url, {**human_fields(), …})`."""
    return {"website": "", "opened": opened_stamp(seconds_ago=seconds_ago)}
