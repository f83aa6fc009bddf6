"""Exact rates and ratios, against tables and other programs."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers import rates


# Limits of Garwood (1936) to three decimals: half the chi-square quantiles that scipy gives.
@pytest.mark.parametrize(("count", "low", "high"), [(0, 0, 3.689), (1, 0.025, 5.572), (10, 4.795, 18.390)])
def test_poisson_limits_are_those_of_the_tables(count, low, high):
    found = rates.poisson_interval(count)
    assert (round(found.low, 3), round(found.high, 3)) == (low, high)


def test_large_counts_keep_their_limits():
    found = rates.poisson_interval(400)  # normal approximation of the square root: (20 ± 0.98)²
    assert found.low == pytest.approx(19.02**2, abs=1) and found.high == pytest.approx(20.98**2, abs=1.5)


def test_a_rate_is_the_count_over_its_time():
    assert f"{rates.rate(10, 5):.2f}" == "2.00 (0.96 to 3.68)"
    with pytest.raises(ValueError, match="above 0"):
        rates.rate(1, 0)
    with pytest.raises(ValueError, match="0 or more"):
        rates.poisson_interval(-1)


def test_the_rate_ratio_is_that_of_r_poisson_test():
    # The example of R's help page for poisson.test: 11 in 800 against 21 in 3,011; its limits are those
    # of beta quantiles (Clopper and Pearson 1934), as scipy gives them.
    found = rates.rate_ratio(6 + 8 + 7, 1083 + 1050 + 878, 11, 800)
    assert found.central == pytest.approx(1.971488, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((0.8584264, 4.2772659), abs=1e-6)


def test_a_rate_ratio_with_nothing_on_one_side_has_an_open_end():
    assert rates.rate_ratio(0, 12, 3, 12).high == math.inf
    assert rates.rate_ratio(3, 12, 0, 12).low == 0
    assert math.isnan(rates.rate_ratio(0, 12, 0, 12).central)
    with pytest.raises(ValueError, match="above 0"):
        rates.rate_ratio(1, 0, 1, 1)
    with pytest.raises(ValueError, match="counts of 0 or more"):
        rates.rate_ratio(-1, 1, 1, 1)


def test_the_ratio_within_strata_is_that_of_a_hand_calculation():
    # Rates of 0.2 against 0.1 and of 0.03 against 0.01; the two together, unparted, would give 7.9.
    table = pd.DataFrame(
        [(40, 10, 200, 100), (3, 10, 100, 1000), (0, 0, 0, 0)],
        columns=["inside", "outside", "days_inside", "days_outside"],
    )
    found = rates.stratified_ratio(table)
    # above the line 40 · 100/300 + 3 · 1000/1100 = 16.0606, below it 10 · 200/300 + 10 · 100/1100 = 7.5758
    assert found.central == pytest.approx(2.12)
    # variance (50 · 200 · 100/300² + 13 · 100 · 1000/1100²) / (16.0606 · 7.5758) = 0.10015
    assert np.log(found.high / found.central) == pytest.approx(1.96 * np.sqrt(0.10015), rel=1e-4)
    assert found.low * found.high == pytest.approx(2.12**2)
    with pytest.raises(ValueError, match="none on one side"):
        rates.stratified_ratio(table.assign(inside=0))


def test_intervals_are_written_with_both_ends():
    assert f"{rates.Interval(1, 2, np.inf):.1f}" == "2.0 (1.0 to inf)"


def test_another_level_gives_another_interval():
    # chi-square quantiles: 90 % limits of a count of 10 are 5.425 and 16.962
    found = rates.poisson_interval(10, 0.9)
    assert (round(found.low, 3), round(found.high, 3)) == (5.425, 16.962)
    wide, narrow = rates.rate_ratio(10, 1, 20, 1, 0.99), rates.rate_ratio(10, 1, 20, 1, 0.9)
    assert wide.low < narrow.low < 2 < narrow.high < wide.high
    for level in (0, 1, 95):
        with pytest.raises(ValueError, match="between 0 and 1"):
            rates.poisson_interval(10, level)


def test_large_counts_keep_their_limits_to_the_end():
    # chi-square quantiles of scipy
    found = rates.poisson_interval(5000)
    assert (found.low, found.high) == pytest.approx((4862.359189, 5140.548949), abs=1e-6)
