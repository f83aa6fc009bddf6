"""Dated events: counted under a named rule, before and after a date, inside and outside of spans.

What a date seems to change is set beside placebos, the same sum at every other date. Rates and their
intervals are in ``rates``, regressions on longer series in ``series``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import rates, tables

BALLISTIC = ("srbm", "mrbm", "irbm", "icbm", "slbm", "ballistic")
"""Classes of ``launches`` that count as ballistic missiles."""


@dataclass(frozen=True)
class Rule:
    """How launches are counted.

    Attributes
    ----------
    says : str
        The rule in words.
    classes : tuple of str
        Classes of ``launches`` that count.
    unit : str
        ``launches`` (events), ``missiles`` or ``days``.
    failures : bool
        Whether failed missiles count.
    """

    says: str
    classes: tuple[str, ...]
    unit: str
    failures: bool = True


RULES = {
    "days": Rule("days with a ballistic launch", BALLISTIC, "days"),
    "launches": Rule("ballistic launch events", BALLISTIC, "launches"),
    "launches and cruise": Rule("ballistic and cruise launch events", (*BALLISTIC, "cruise"), "launches"),
    "missiles": Rule("ballistic missiles", BALLISTIC, "missiles"),
    "missiles flown": Rule("ballistic missiles without failures", BALLISTIC, "missiles", failures=False),
    "missiles and space": Rule(
        "ballistic missiles and space launchers", (*BALLISTIC, "space_launcher"), "missiles"
    ),
    "everything": Rule(
        "missiles of all kinds and space launchers", (*BALLISTIC, "cruise", "space_launcher"), "missiles"
    ),
}
"""The counting rules by name; none of them is the right one."""


def counted(launches: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Count launches under a rule.

    Parameters
    ----------
    launches : DataFrame
        Rows of ``launches``.
    rule : Rule
        One of `RULES`, or the reader's own.

    Returns
    -------
    DataFrame
        The rows that count (for ``days`` the first row of each day), sorted by date, with ``number``:
        what each adds, the low end where only "at least" is known; and ``open``: whether it is such a
        low end. An event of which nothing flew adds nothing where failures do not count; one that is
        graded doubtful or improbable (4 or 5) never counts.

    Raises
    ------
    ValueError
        If the rule names a unit there is not, or a row that counts has neither a low end nor a figure.
    """
    if rule.unit not in ("launches", "missiles", "days"):
        raise ValueError(f"{rule.says}: expected launches, missiles or days as unit, got {rule.unit!r}")
    sound = launches["class"].isin(rule.classes) & ~launches["grade"].str.contains("[45]")
    rows = launches[sound].sort_values(["date", "launch_id"])
    said = rows["low"].fillna(rows["central"])
    if said.isna().any():
        unsaid = rows.loc[said.isna(), "launch_id"].iloc[0]
        raise ValueError(f"{unsaid}: expected low or central to be filled, got neither")
    if not rule.failures:
        failed = rows["failed"].astype("float64").fillna(0).mask(rows["outcome"] == "failure", said)
        said = said - failed
        rows, said = rows[said > 0], said[said > 0]
    if rule.unit == "days":
        rows = rows.drop_duplicates("date")
    number = said if rule.unit == "missiles" else pd.Series(1.0, index=rows.index)
    opened = rows["bound"].isin(["at_least", "range"]) & (rule.unit == "missiles")
    return rows.assign(number=number.astype(int), open=opened).reset_index(drop=True)


def per_period(
    events: pd.DataFrame, first: str, last: str, frequency: str = "MS", number: str | None = None
) -> pd.Series:
    """Count events per month or year, the empty ones included.

    Parameters
    ----------
    events : DataFrame
        Rows with ``date``.
    first, last : str
        First and last day of the series, ``YYYY-MM-DD``; events outside are left out.
    frequency : str
        ``MS`` months, ``QS`` quarters, ``YS`` years, by their first day.
    number : str, optional
        Column to add up; without it each row adds one.

    Returns
    -------
    Series of int
        One value a period, indexed by its first day.

    Raises
    ------
    ValueError
        If the frequency is another, or the series does not begin and end with a whole period: part of
        one would count as a quiet one.
    """
    if frequency not in ("MS", "QS", "YS"):
        raise ValueError(f"expected MS, QS or YS as frequency, got {frequency!r}")
    begin, end, unit = pd.Timestamp(first), pd.Timestamp(last), frequency[0]
    if begin != begin.to_period(unit).start_time or end != end.to_period(unit).end_time.normalize():
        raise ValueError(f"expected whole periods ({frequency}), got {first} to {last}")
    inside = events[events["date"].between(begin, end)]
    values = inside[number].astype("int64") if number else pd.Series(1, index=inside.index)
    whole = pd.date_range(begin, end, freq=frequency)
    found = values.groupby(inside["date"].dt.to_period(frequency[0]).dt.start_time).sum()
    return found.reindex(whole, fill_value=0).astype("int64")


def before_after(
    events: pd.DataFrame, day: str | pd.Timestamp, months: int, number: str | None = None
) -> tuple[int, int]:
    """Count events in equal windows before and from a day on.

    Parameters
    ----------
    events : DataFrame
        Rows with ``date``.
    day : str or Timestamp
        The day; it belongs to the later window.
    months : int
        Length of each window in calendar months.
    number : str, optional
        Column to add up; without it each row adds one.

    Returns
    -------
    tuple of int
        Events before and from the day on.
    """
    middle, width = pd.Timestamp(day), pd.DateOffset(months=months)
    values = events[number] if number else pd.Series(1, index=events.index)
    earlier = (events["date"] >= middle - width) & (events["date"] < middle)
    later = (events["date"] >= middle) & (events["date"] < middle + width)
    return int(values[earlier].sum()), int(values[later].sum())


def placebos(
    events: pd.DataFrame,
    day: str,
    months: int,
    first: str,
    last: str,
    number: str | None = None,
) -> pd.DataFrame:
    """Make the comparison before and after at every other date, too.

    Parameters
    ----------
    events : DataFrame
        Rows with ``date``.
    day : str
        The day in question, ``YYYY-MM-DD``.
    months : int
        Length of each window in calendar months.
    first, last : str
        First and last day on which events were looked for; only dates with both windows inside count.
    number : str, optional
        Column to add up; without it each row adds one.

    Returns
    -------
    DataFrame
        One row a date, a week apart and reckoned from the day in question: ``date``, ``before``,
        ``after``, ``ratio`` of (after + ½) to (before + ½), ``actual`` for the day in question, and
        ``near`` for other dates whose windows hold it, so that they show its effect, too.

    Raises
    ------
    ValueError
        If the windows of the day itself do not lie inside.
    """
    width, actual = pd.DateOffset(months=months), pd.Timestamp(day)
    start, end = pd.Timestamp(first) + width, pd.Timestamp(last) + pd.Timedelta(days=1) - width
    if not start <= actual <= end:
        raise ValueError(f"{day}: expected windows of {months} months inside {first} to {last}")
    back = pd.date_range(actual, start, freq="-7D")[::-1]
    days = back.append(pd.date_range(actual, end, freq="7D")[1:])
    rows = events.sort_values("date", kind="stable")
    values = rows[number].to_numpy() if number else np.ones(len(rows))
    upto = np.concatenate([[0], np.cumsum(values)]).astype(int)
    until = [upto[rows["date"].searchsorted(edge)] for edge in (days - width, days, days + width)]
    out = pd.DataFrame({"date": days, "before": until[1] - until[0], "after": until[2] - until[1]})
    out["ratio"] = (out["after"] + 0.5) / (out["before"] + 0.5)
    out["actual"] = out["date"] == actual
    out["near"] = ~out["actual"] & (out["date"] > actual - width) & (out["date"] < actual + width)
    return out


def placebo_share(table: pd.DataFrame, *, rise: bool = True) -> float:
    """Tell how often another date does as well as the day in question.

    Parameters
    ----------
    table : DataFrame
        As from `placebos` or `shifted`.
    rise : bool
        Ask for a ratio at least as high; else for one at least as low.

    Returns
    -------
    float
        Share of the other dates, between 0 and 1; dates marked ``near`` are left out, for an effect at
        the day in question would show in their windows, too, and hide itself. Neighbouring dates share
        most of their windows, so it is no p-value of independent trials.

    Raises
    ------
    ValueError
        If there is no other date.
    """
    actual = float(table.loc[table["actual"], "ratio"].iloc[0])
    near = table["near"] if "near" in table else table["actual"]
    others = table.loc[~(table["actual"] | near), "ratio"]
    if others.empty:
        raise ValueError("expected at least one other date, got none")
    return float((others >= actual).mean() if rise else (others <= actual).mean())


def days_in(spans: pd.DataFrame, ahead: int = 0, after: int = 0) -> pd.DatetimeIndex:
    """List the days that lie in any of some spans.

    Parameters
    ----------
    spans : DataFrame
        Rows with ``start`` and ``end`` (where empty, the start).
    ahead, after : int
        Days to add at either end.

    Returns
    -------
    DatetimeIndex
        Distinct days, sorted.
    """
    ends = spans["end"].fillna(spans["start"])
    days = [
        pd.date_range(a - pd.Timedelta(days=ahead), b + pd.Timedelta(days=after))
        for a, b in zip(spans["start"], ends, strict=True)
    ]
    return pd.DatetimeIndex(np.unique(np.concatenate(days))) if days else pd.DatetimeIndex([])


def inside_outside(events: pd.DataFrame, days: pd.DatetimeIndex, first: str, last: str) -> dict[str, int]:
    """Count events on some days and on all others.

    Parameters
    ----------
    events : DataFrame
        Rows with ``date``.
    days : DatetimeIndex
        The days, for instance from `days_in`.
    first, last : str
        First and last day looked at.

    Returns
    -------
    dict of str to int
        ``inside`` and ``outside`` (events), ``days_inside`` and ``days_outside``.
    """
    whole = pd.date_range(first, last)
    near = days.intersection(whole)
    dates = events["date"][events["date"].isin(whole)]
    inside = int(dates.isin(near).sum())
    return {
        "inside": inside,
        "outside": len(dates) - inside,
        "days_inside": len(near),
        "days_outside": len(whole) - len(near),
    }


def shifted(events: pd.DataFrame, days: pd.DatetimeIndex, first: str, last: str) -> pd.DataFrame:
    """Compare inside with outside for the days as they were and moved round the calendar.

    All days are moved together by a number of days, those that leave at the end re-entering at the
    beginning, so that their number, spacing and clustering stay as they were.

    Parameters
    ----------
    events : DataFrame
        Rows with ``date``.
    days : DatetimeIndex
        The days.
    first, last : str
        First and last day looked at.

    Returns
    -------
    DataFrame
        One row a shift: ``shift`` in days, ``inside`` (events), ``ratio`` of the rate inside, with half
        an event added on both sides, to that outside, and ``actual`` for the shift of none. The moved
        days fall in other seasons and years: where both events and days have their months, the ratio
        can be rare without any link between them.

    Raises
    ------
    ValueError
        If none or all of the days looked at are among the days.
    """
    whole = pd.date_range(first, last)
    near = whole.isin(days)
    if near.all() or not near.any():
        raise ValueError(f"expected some days of {first} to {last} inside and some outside, got {near.sum()}")
    hits = np.bincount(
        whole.get_indexer(events["date"][events["date"].isin(whole)]), minlength=len(whole)
    ).astype(float)
    total, width = hits.sum(), int(near.sum())
    inside = np.array([hits[np.roll(near, k)].sum() for k in range(len(whole))])
    ratio = ((inside + 0.5) / width) / ((total - inside + 0.5) / (len(whole) - width))
    out = pd.DataFrame({"shift": range(len(whole)), "inside": inside.astype(int), "ratio": ratio})
    out["actual"] = out["shift"] == 0
    return out


def by_vintage(launches: pd.DataFrame, rule: Rule, day: str, vintages: Iterable[str]) -> pd.DataFrame:
    """Compare launches before and after a day on the rows that were public on each of some days.

    Parameters
    ----------
    launches : DataFrame
        Rows of ``launches``.
    rule : Rule
        How they are counted.
    day : str
        The day in question, ``YYYY-MM-DD``.
    vintages : iterable of str
        Days on which to look, on or after it.

    Returns
    -------
    DataFrame
        One row a vintage: ``known by``, ``days`` from the day in question to it, both included,
        launches in as many days ``before`` and ``after``, and the exact ``ratio`` (a `rates.Interval`).

    Raises
    ------
    ValueError
        If a vintage lies before the day in question.
    """
    lines, start = [], pd.Timestamp(day)
    for vintage in vintages:
        length = (pd.Timestamp(vintage) - start).days + 1
        if length < 1:
            raise ValueError(f"expected vintages on or after {day}, got {vintage}")
        rows = counted(tables.known(launches, vintage), rule)
        first, last = start - pd.Timedelta(days=length), start + pd.Timedelta(days=length - 1)
        before = int(rows.loc[rows["date"].between(first, start - pd.Timedelta(days=1)), "number"].sum())
        after = int(rows.loc[rows["date"].between(start, last), "number"].sum())
        lines.append((vintage, length, before, after, rates.rate_ratio(before, 1, after, 1)))
    return pd.DataFrame(lines, columns=["known by", "days", "before", "after", "ratio"])


def gaps(days: pd.Series, first: str, last: str, least: int) -> pd.DataFrame:
    """List the long spans in which nothing happened.

    Parameters
    ----------
    days : Series of datetime64
        Days of the events.
    first, last : str
        First and last day looked at.
    least : int
        Least length in days.

    Returns
    -------
    DataFrame
        One row a span, in time: ``start`` and ``end`` (the events at its ends, or the first and last
        day looked at), ``days`` between them, and ``open`` where an end is no event, so that the span
        may be longer.

    Raises
    ------
    ValueError
        If the first day does not lie before the last.
    """
    begin, close = pd.Timestamp(first), pd.Timestamp(last)
    if begin >= close:
        raise ValueError(f"expected the first day before the last, got {first} and {last}")
    inside = np.sort(days[days.between(begin, close)].unique())
    edges = pd.DatetimeIndex([begin, *inside, close])
    out = pd.DataFrame({"start": edges[:-1], "end": edges[1:]})
    out["days"] = (out["end"] - out["start"]).dt.days
    out["open"] = ~(out["start"].isin(inside) & out["end"].isin(inside))
    return out[out["days"] >= least].reset_index(drop=True)


def by_year(days: pd.Series, kinds: pd.Series, order: Iterable[str], first: int) -> pd.DataFrame:
    """Count events per year and kind, the empty years included.

    Parameters
    ----------
    days : Series of datetime64
        Days of the events.
    kinds : Series of str
        Kind of each, aligned with the days.
    order : iterable of str
        Kinds to count, in the order of the columns.
    first : int
        First year.

    Returns
    -------
    DataFrame of int
        One row a year, from the first to that of the newest event, one column a kind.

    Raises
    ------
    ValueError
        If there is no event in or after the first year.
    """
    if days.empty or days.max().year < first:
        raise ValueError(f"expected events in or after {first}, got none")
    counts = pd.crosstab(days.dt.year, kinds)
    years = range(first, days.max().year + 1)
    return counts.reindex(index=years, columns=list(order), fill_value=0).rename_axis(None).astype(int)


def to_month(years: Iterable[int], last: pd.Timestamp) -> dict[int, str]:
    """Label years so that the one which ends early says so.

    Parameters
    ----------
    years : iterable of int
        The years.
    last : Timestamp
        Day of the newest event.

    Returns
    -------
    dict of int to str
        A label for each year; that of the last day is ``2026`` and, below it, ``to May``, unless the
        year ends with it in December.
    """
    early = {last.year: f"{last.year}\nto {last:%B}"} if last.month < 12 else {}
    return {year: early.get(year, str(year)) for year in years}
