"""Hand calculations of the two sums."""

import pytest

from helpers import models


def test_rounds_in_boxes_reproduces_the_agency_s_figure():
    # ROK DIA, July 2025: 28,000 containers, about 12 million rounds, 429 in each.
    assert models.rounds_in_boxes(28_000, 1.0, 12e6 / 28_000) == pytest.approx(12e6)
    assert models.rounds_in_boxes(28_000, 0.5, 400) == 5.6e6


def test_troop_pay_reproduces_the_study_s_low_case():
    # INSS, November 2024: 10,000 soldiers at 2,500 dollars a month and 2,000 on joining, 320 million a year.
    pay = models.value_given(0, 0, 0, 0, soldiers=10_000, months=12, usd_per_month=2_500)
    assert pay + 10_000 * 2_000 == pytest.approx(320e6)


def test_what_was_not_traced_is_given_less_received():
    goods = {"rounds": 1e6, "usd_per_round": 500, "missiles": 100, "usd_per_missile": 1e6}
    troops = {"soldiers": 10_000, "months": 10, "usd_per_month": 2_000}
    back = {"barrels": 1e6, "usd_per_barrel": 100, "other": 300e6}
    # 500 + 100 + 200 = 800 million given; 100 + 300 = 400 million received.
    assert models.value_given(**goods, **troops) == 800e6
    assert models.value_received(**back) == 400e6
    assert models.untraced(**goods, **troops, **back) == 400e6
