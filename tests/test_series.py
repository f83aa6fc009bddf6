"""Regression with a break, change-points and power, against published and hand-worked examples."""

import numpy as np
import pandas as pd
import pytest

from helpers import series

# Monthly hospital admissions for acute coronary events in Sicily, 2002 to November 2006, and the
# standardised population: the worked example of Bernal, Cummins and Gasparrini, Int. J. Epidemiol. 46
# (2017) 348, open access (Creative Commons 3.0). The smoking ban began in January 2005.
ADMISSIONS = [
    *[728, 659, 791, 734, 757, 726, 760, 740, 720, 814, 795, 858, 887, 766, 851, 769, 781, 756, 766, 752],
    *[765, 831, 879, 928, 914, 808, 937, 840, 916, 828, 845, 818, 860, 839, 887, 886, 831, 796, 833, 820],
    *[877, 758, 767, 738, 781, 843, 850, 908, 1021, 859, 976, 888, 962, 838, 810, 876, 843, 936, 912],
]  # fmt: skip
POPULATION = [
    *[379875.3, 376495.5, 377040.8, 377116.4, 377383.4, 374113.1, 379513.3, 376295.5, 374653.2, 378485.6],
    *[375955.5, 378349.7, 376762.4, 379032.3, 379360.4, 376162.0, 377972.4, 381830.7, 379888.6, 380872.2],
    *[380966.9, 381240.4, 382104.9, 381802.7, 381656.3, 383680.0, 383504.2, 386462.9, 383783.1, 380836.8],
    *[383483.0, 380906.2, 382926.8, 384052.4, 384449.6, 383428.4, 388153.2, 388373.2, 386470.1, 386033.2],
    *[383686.4, 385509.3, 385901.9, 386516.6, 388436.5, 383255.2, 390148.7, 385874.9, 391613.6, 391750.4],
    *[394005.6, 391364.9, 391664.6, 389022.3, 391878.5, 388575.3, 392989.0, 390018.8, 390712.3],
]  # fmt: skip
MONTHS = pd.date_range("2002-01-01", periods=59, freq="MS")


@pytest.mark.parametrize(
    ("harmonics", "ratio", "low", "high", "dispersion"),
    # quasi-Poisson, without and with two harmonics, as R's glm and statsmodels give them
    [(0, 0.8944, 0.8392, 0.9532, 3.559), (2, 0.8851, 0.8394, 0.9332, 2.262)],
)
def test_the_smoking_ban_of_the_published_example(harmonics, ratio, low, high, dispersion):
    counts, people = pd.Series(ADMISSIONS, index=MONTHS), pd.Series(POPULATION, index=MONTHS)
    fit = series.segmented(counts, "2005-01-01", harmonics=harmonics, exposure=people, serial=False)
    step = fit.ratios["step"]
    assert (step.central, step.low, step.high) == pytest.approx((ratio, low, high), abs=5e-5)
    assert fit.dispersion == pytest.approx(dispersion, abs=5e-4)
    assert -1 <= fit.autocorrelation <= 1
    assert fit.fitted.sum() == pytest.approx(sum(ADMISSIONS))  # a Poisson fit with a level keeps the sum


def test_a_step_without_noise_is_found_as_it_is():
    index = pd.date_range("2018-01-01", periods=48, freq="MS")
    counts = pd.Series([10] * 24 + [30] * 24, index=index)
    fit = series.segmented(counts, "2020-01-01", trend=False, harmonics=0)
    assert fit.ratios["step"].central == pytest.approx(3)
    assert fit.ratios["step"].high > 3.2  # less spread than Poisson does not narrow the interval


def test_a_change_of_slope_is_found():
    index = pd.date_range("2010-01-01", periods=80, freq="MS")
    time = np.arange(1, 81)
    mean = np.exp(4 + 0.01 * time + 0.03 * np.clip(time - 40, 0, None))
    fit = series.segmented(pd.Series(mean, index=index), "2013-05-01", slope=True, harmonics=0)
    assert fit.ratios["slope"].central == pytest.approx(np.exp(0.03), abs=1e-4)
    assert fit.ratios["step"].central == pytest.approx(1, abs=1e-3)


def test_a_break_needs_events_on_both_sides_and_enough_periods():
    index = pd.date_range("2020-01-01", periods=24, freq="MS")
    with pytest.raises(ValueError, match="both sides"):
        series.segmented(pd.Series([0] * 12 + [1] * 12, index=index), "2021-01-01")
    with pytest.raises(ValueError, match="at least"):
        series.segmented(pd.Series([1] * 8, index=index[:8]), "2020-05-01")


def test_dispersion_is_taken_around_the_years():
    index = pd.date_range("2020-01-01", periods=24, freq="MS")
    # within each year mean 2, six months of 0 and six of 4: chi-square 12 · 4/2 a year, 11 degrees
    assert series.spread_within_years(pd.Series([0, 4] * 12, index=index)) == pytest.approx(24 / 11)
    steps = pd.Series([1] * 12 + [9] * 12, index=index)
    assert series.spread_within_years(steps) == 1  # a jump between years is no spread within them
    assert series.spread_within_years(pd.Series([0] * 12 + [3] * 12, index=index)) == 1


# British coal-mining disasters a year, 1851 to 1962 (Jarrett, Biometrika 66, 1979, 191).
DISASTERS = [
    *[4, 5, 4, 1, 0, 4, 3, 4, 0, 6, 3, 3, 4, 0, 2, 6, 3, 3, 5, 4, 5, 3, 1, 4, 4, 1, 5, 5, 3, 4, 2, 5, 2, 2],
    *[3, 4, 2, 1, 3, 2, 2, 1, 1, 1, 1, 3, 0, 0, 1, 0, 1, 1, 0, 0, 3, 1, 0, 3, 2, 2, 0, 1, 1, 1, 0, 1, 0, 1],
    *[0, 0, 0, 2, 1, 0, 0, 0, 1, 1, 0, 2, 3, 3, 1, 1, 2, 1, 1, 1, 1, 2, 4, 2, 0, 0, 0, 1, 4, 0, 0, 0, 1, 0],
    *[0, 0, 0, 0, 1, 0, 0, 1, 0, 1],
]  # fmt: skip


def test_the_change_of_the_coal_mines_is_where_it_is_known_to_be():
    # One fall around 1890, as Raftery and Akman found (Biometrika 73, 1986, 85). By hand, the first 41
    # years have 127 disasters, 3.1 a year, and the other 71 have 64, 0.9 a year.
    assert len(DISASTERS) == 112 and sum(DISASTERS) == 191
    counts = pd.Series(DISASTERS, index=pd.date_range("1851-01-01", periods=112, freq="YS"))
    table = series.change_points(counts, most=3).set_index("cuts")
    assert table.at[1, "bic"] < table.at[0, "bic"] - 50
    assert table.at[1, "starts"] == "1892-01"
    first, second = map(float, table.at[1, "rates"].split(", "))
    assert first == pytest.approx(3.1, abs=0.05) and second == pytest.approx(0.9, abs=0.05)


def test_a_steady_series_is_not_cut():
    counts = pd.Series([2, 3, 1, 2, 2, 3] * 6, index=pd.date_range("2020-01-01", periods=36, freq="MS"))
    table = series.change_points(counts)
    assert table["bic"].idxmin() == 0
    with pytest.raises(ValueError, match="at least 6 periods"):
        series.change_points(counts.iloc[:3])


def test_power_is_that_of_the_normal_approximation():
    # 100 events against 150 in equal times: log 1.5 over the root of 1/100 + 1/150 is 3.14 standard
    # errors, seen with a chance of Φ(3.14 - 1.96) = 0.88; twice the variance leaves Φ(0.26) = 0.60.
    one = series.power(100, 1, 1, [1.0, 1.5])
    assert one["power"].tolist() == pytest.approx([0.05, 0.88], abs=0.02)
    two = series.power(5, 20, 20, [1.5], dispersion=2)
    assert two["power"].iloc[0] == pytest.approx(0.60, abs=0.03)


def test_short_series_of_rare_events_cannot_show_a_small_change():
    table = series.power(1.0, 24, 24, [1.2, 3.0]).set_index("effect")["power"]
    assert table[1.2] < 0.2 and table[3.0] > 0.9


def test_likeness_of_neighbours_widens_the_interval():
    index = pd.date_range("2018-01-01", periods=48, freq="MS")
    counts = pd.Series([4, 4, 4, 8, 8, 8] * 8, index=index)
    fit = series.segmented(counts, "2020-01-01", trend=False, harmonics=0)
    # residuals are -2 and 2 in runs of three over the root of 6: 47 pairs, 15 of them unlike
    assert fit.autocorrelation == pytest.approx((32 - 15) / 47, abs=0.005)
    bare = series.segmented(counts, "2020-01-01", trend=False, harmonics=0, serial=False)
    assert set(bare.ratios) == {"step"}
    step, plain = fit.ratios["step"], bare.ratios["step"]
    more = np.log(step.high / step.central) / np.log(plain.high / plain.central)
    assert more == pytest.approx(np.sqrt((1 + fit.autocorrelation) / (1 - fit.autocorrelation)))
    assert set(series.segmented(counts, "2020-01-01", slope=True).ratios) == {"step", "trend", "slope"}


def test_what_does_not_settle_is_refused_and_not_shown():
    index = pd.date_range("2018-01-01", periods=48, freq="MS")
    few = pd.Series(0, index=index)
    few.iloc[[5, 30]] = [3, 2]
    with pytest.raises(ValueError, match="use fewer terms"):
        series.segmented(few, "2020-01-01", slope=True)
    many = pd.Series(5, index=index)
    for bad in (
        many.drop(index[7]),
        many.where(many.index != index[7]),
        many.mask(many.index == index[7], -1),
    ):
        with pytest.raises(ValueError, match="one count of 0 or more a month"):
            series.segmented(bad, "2020-01-01")
    with pytest.raises(ValueError, match="exposure above 0"):
        series.segmented(many, "2020-01-01", exposure=many - 5)


def test_a_step_is_compared_with_those_at_other_months():
    index = pd.date_range("2015-01-01", periods=72, freq="MS")
    counts = pd.Series([4, 6] * 18 + [14, 16] * 18, index=index)
    table = series.segmented_placebos(counts, "2018-01-01", trend=False, harmonics=0)
    assert len(table) == 72 - 2 * 12 + 1
    assert table.loc[table["actual"], "date"].tolist() == [pd.Timestamp("2018-01-01")]
    assert table["ratio"].idxmax() == table.index[table["actual"]][0]


def test_the_criterion_is_that_of_schwarz():
    counts = pd.Series([1] * 6 + [3] * 6, index=pd.date_range("2024-01-01", periods=12, freq="MS"))
    table = series.change_points(counts, most=1).set_index("cuts")
    none, one = 24 * np.log(2) - 24, 18 * np.log(3) - 24
    assert table["bic"].tolist() == pytest.approx([-2 * none + np.log(12), -2 * one + 3 * np.log(12)])
    half = series.change_points(counts, most=1, dispersion=2)["bic"]
    assert half.tolist() == pytest.approx([-none + np.log(12), -one + 3 * np.log(12)])
    two = series.change_points(
        pd.Series([*counts, *[9] * 6], index=pd.date_range("2024", periods=18, freq="MS"))
    )
    assert two.loc[2, ["starts", "rates"]].tolist() == ["2024-07, 2025-01", "1.00, 3.00, 9.00"]
    for bad in ({"most": -1}, {"least": 0}, {"dispersion": 0.5}):
        with pytest.raises(ValueError, match="expected most from 0"):
            series.change_points(counts, **bad)


def test_power_is_that_of_the_exact_interval_and_repeats():
    # simulated with the interval of Clopper and Pearson from scipy: 0.25 and 0.67
    table = series.power(0.02, 2900, 530, [1.5, 2.0], draws=20_000)
    assert table["power"].tolist() == pytest.approx([0.25, 0.67], abs=0.01)
    assert series.power(0.02, 2900, 530, [2.0], draws=20_000)["power"][0] == table["power"][1]
    with pytest.raises(ValueError, match="dispersion from 1"):
        series.power(1, 12, 12, [2.0], dispersion=0.5)
