"""A file of complaints is replayed against the dates of recalls, and nothing of it stays."""

import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from products.models import ImportRun, Product
from tests.builders.products import make_component
from wiki.models import Complaint, SeriesWeek

pytestmark = pytest.mark.django_db
FIRST = datetime.date(2020, 1, 6)


@pytest.fixture
def complaints(tmp_path):
    """Two years of complaints; those about the steering rise from one a month to three a week after 80 weeks."""
    make_component(name="Steering")
    make_component(name="Brakes")
    lines, number = ["ODINO,MAKETXT,MODELTXT,YEARTXT,COMPDESC,FAILDATE,LDATE,TELLS"], 1
    for week in range(104):
        day = (FIRST + datetime.timedelta(weeks=week)).strftime("%Y%m%d")
        steering = (3 if week >= 80 else 1) if week >= 80 or week % 4 == 0 else 0
        for words in ["SERVICE BRAKES"] * 2 + ["STEERING"] * steering:
            lines.append(f"{number},Rover,75,2004,{words},{day},{day},It fails.")
            number += 1
    path = tmp_path / "complaints.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_what_is_flagged_is_listed_against_the_recall_and_nothing_stays(complaints, tmp_path):
    recalls = tmp_path / "recalls.csv"
    recalls.write_text("number,date,model,component\n22V-001,2022-02-01,75,steering\n20V-002,2020-03-01,75,brakes\n")
    out = StringIO()
    call_command(
        "backtest_monitor", str(complaints), recalls=str(recalls), column=["CDESCR=tells"], stdout=out, stderr=out
    )
    said = out.getvalue()
    assert "Steering on watch" in said
    assert "22V-001 (75, steering, 2022-02-01)" in said
    assert "20V-002 (75, brakes, 2020-03-01): nothing flagged before it" in said
    assert not Complaint.objects.exists()
    assert not SeriesWeek.objects.exists()
    assert not Product.objects.exists()
    assert not ImportRun.objects.exists()


def test_recalls_without_a_date_and_a_file_of_another_kind_are_refused_with_a_sentence(complaints, tmp_path):
    recalls = tmp_path / "recalls.csv"
    recalls.write_text("number,model\n1,75\n")
    with pytest.raises(CommandError, match="columns number, date"):
        call_command("backtest_monitor", str(complaints), recalls=str(recalls), stderr=StringIO())
    with pytest.raises(CommandError):
        call_command("backtest_monitor", str(recalls), stderr=StringIO())
