"""Values of the indicators of the balance: before, after, and in the windows before that.

``indicators`` holds what is measured; `MEASURES` says how each value comes out of the tables. What a
change is called is decided in ``board``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import events, tables, votes

PACT = pd.Timestamp("2024-06-19")

WEAPONS = (
    *("air_defence", "electronic_warfare", "aircraft", "naval", "space", "missile_technology"),
    *("nuclear", "drones", "combat_experience"),
)
"""Kinds of weapons and military technology among the categories of ``deliveries_back``."""

BORDER = (
    *("mdl_crossing", "sea_crossing", "guard_post", "road_demolition", "fortification", "artillery"),
    *("drone", "gps_jamming"),
)
"""Kinds of ``border_incidents`` that the indicator counts."""

WHOLE = 2024
"""Last year of ``un_vote_pairs`` that is whole; of 2025 it holds the votes to October."""

DELIVERED = ("delivered_seen", "delivered_claimed", "announced")


@dataclass(frozen=True)
class Measured:
    """Values of one indicator.

    Attributes
    ----------
    before, after : float or None
        Value before and after; None where there is none.
    rows : DataFrame
        Rows that the values rest on.
    earlier : tuple of (float, float)
        Place and value of each earlier window, oldest first; the window before is not among them.
    at : tuple of (float, float)
        Places of the windows before and after.
    """

    before: float | None
    after: float | None
    rows: pd.DataFrame
    earlier: tuple[tuple[float, float], ...] = ()
    at: tuple[float, float] = (0.0, 1.0)
    expected: float | None = field(init=False)

    def __post_init__(self) -> None:
        """Draw the trend of the earlier windows on to the window after."""
        object.__setattr__(self, "expected", self._trend())

    def _trend(self) -> float | None:
        if self.before is None or len(self.earlier) < 2:
            return None
        places, values = zip(*self.earlier, (self.at[0], self.before), strict=True)
        slope, start = np.polyfit(places, values, 1)
        return max(0.0, float(start + slope * self.at[1]))


def windows(dated: pd.DataFrame, months: int, first: str | None, number: str | None = None) -> Measured:
    """Count events in windows of equal length that end, or begin, at the day of the treaty.

    Parameters
    ----------
    dated : DataFrame
        Rows with ``date``.
    months : int
        Length of a window in calendar months.
    first : str or None
        First day on which such events were looked for; None for no earlier windows.
    number : str, optional
        Column to add up; without it each row adds one.

    Returns
    -------
    Measured
        Counts; the windows before it are numbered 0, -1, -2 …
    """
    end = PACT + pd.DateOffset(months=months)
    before, after = events.before_after(dated, PACT, months, number)
    earlier, back = [], 1
    while first and PACT - pd.DateOffset(months=(back + 1) * months) >= pd.Timestamp(first):
        middle = PACT - pd.DateOffset(months=back * months)
        earlier.insert(0, (-float(back), float(events.before_after(dated, middle, months, number)[0])))
        back += 1
    start = pd.Timestamp(first) if first else PACT - pd.DateOffset(months=months)
    used = dated[dated["date"].between(start, end, inclusive="left")]
    return Measured(float(before), float(after), used, tuple(earlier))


def _by_year(values: pd.Series, before: Iterable[int], after: Iterable[int], rows: pd.DataFrame) -> Measured:
    """Compare means of years; years older than those before are the earlier windows."""
    late, near = [y for y in after if y in values], [y for y in before if y in values]
    old = [y for y in values.index if y < min(near)] if near else []
    mean = [float(values.loc[years].mean()) if years else None for years in (near, late)]
    places = [float(np.mean(years)) if years else 0.0 for years in (near, late)]
    earlier = tuple((float(y), float(values[y])) for y in old)
    return Measured(mean[0], mean[1], rows, earlier, (places[0], places[1]))


def _load(name: str, data: Path, dates: str | None = None) -> pd.DataFrame:
    frame = tables.load(name, data=data)
    return frame.rename(columns={dates: "date"}) if dates else frame


def _warheads(data: Path) -> Measured:
    rows = _load("forces", data).query("item == 'nuclear_warheads' and origin_id == 'sipri'")
    values = rows["central"].fillna(rows["high"]).set_axis(rows["as_of"].dt.year)
    return _by_year(values, [2024], [values.index.max()], rows)


def _new_systems(data: Path) -> Measured:
    rows = _load("milestones", data)
    return windows(rows[rows["kind"].str.startswith("new_system")].query("actor == 'DPRK'"), 12, "2016-06-19")


def _russian_arms(data: Path) -> Measured:
    rows = _load("deliveries_back", data)
    rows = rows[rows["category"].isin(WEAPONS) & rows["status"].isin(DELIVERED)]
    origins = tables.load("origins", data=data).set_index("origin_id")
    aside = (origins["kind"] != "intelligence") & (origins["interest"] != "party")
    found = []
    for part in (rows[rows["date"] < PACT], rows[rows["date"] >= PACT]):
        said = part.groupby("category")["origin_id"].agg(set)
        found.append(float(sum(len(who) >= 2 and any(aside[o] for o in who) for who in said)))
    return Measured(*found, rows)


def _refined_oil(data: Path) -> Measured:
    rows = _load("estimates", data)
    told = rows[rows["series"].eq("oil_reported") & rows["origin_id"].eq("ru-un-notifications")]
    told = told[told["since"].eq("2023-01-01") & told["as_of"].eq("2023-12-31")]
    seen = rows[rows["series"].eq("oil_delivered") & rows["origin_id"].eq("osc")]
    later = seen[seen["since"] >= PACT]  # the one period told began in March 2024, before the treaty
    caps = _load("conversions", data).set_index("conversion_id")
    cap = float(caps.loc["cap-2397-refined", "central"])
    after = later.sort_values("since", kind="stable")["low"].fillna(later["central"])
    value = None if later.empty else float(after.iloc[0] / cap)
    return Measured(float(told["central"].iloc[0] / cap), value, pd.concat([told, seen]))


def _launches(data: Path, rule: str) -> Measured:
    counted = events.counted(_load("launches", data), events.RULES[rule])
    return windows(counted, 12, "2012-06-19", "number")


def _border(data: Path) -> Measured:
    rows = _load("border_incidents", data).query("side == 'DPRK' and date_precision != 'year'")
    unsure = rows["date_precision"].eq("month") & (rows["date"].dt.to_period("M") == PACT.to_period("M"))
    told = rows["what"].str.startswith("Total") | rows["note"].str.startswith("An announcement", na=False)
    again = rows["note"].str.contains(r"Same (?:event|operation|incident) as|Part of the same", na=False)
    kept = rows["kind"].isin(BORDER) & rows["direction"].eq("escalation")
    return windows(rows[kept & ~(unsure | told | again)], 12, "2018-06-19")


def _balloons(data: Path) -> Measured:
    return windows(
        _load("balloon_waves", data, "start").query("scope == 'wave'").drop_duplicates("wave"), 12, None
    )


def _severe(data: Path) -> Measured:
    rows = _load("milestones", data)
    attacks = rows["kind"].isin(["lethal_incident", "seizure"]) & rows["against"].notna()
    return windows(rows[attacks | rows["kind"].eq("nuclear_test")], 18, "2006-06-19")


def _rok_budget(data: Path) -> Measured:
    rows = _load("defence_spending", data).query("state == 'ROK' and measure == 'defence_budget'")
    told = rows[rows["unit"] == "percent_change"].set_index("year")["central"]
    sums = rows[rows["unit"] == "krw"].drop_duplicates("year").set_index("year")["central"].sort_index()
    growth = told.combine_first(100 * sums.pct_change()).dropna().sort_index()
    return _by_year(growth, [2022, 2023, 2024], [2025, 2026], rows)


def _japan_spending(data: Path) -> Measured:
    rows = _load("defence_spending", data).query("state == 'Japan' and unit == 'usd_current'")
    values = rows.set_index("year")["central"].sort_index()
    return _by_year(values.drop(2024), [2023], [2025], rows)


def _exercises(data: Path, parties: str) -> pd.DataFrame:
    rows = _load("exercises", data)
    return rows[rows["status"].isin(["held", "scaled_down"]) & rows["parties"].eq(parties)]


def _exercise_days(data: Path) -> Measured:
    major = _exercises(data, "us_rok").query("major == 'yes' and date_precision == 'day'")
    days = pd.DataFrame({"date": events.days_in(major), "published": major["published"].max()})
    counts = windows(days, 12, "2017-06-19")
    return Measured(counts.before, counts.after, major, counts.earlier)


def _trilateral(data: Path) -> Measured:
    return windows(_exercises(data, "us_rok_japan").rename(columns={"start": "date"}), 12, "2017-06-19")


def _joint_exercises(data: Path) -> Measured:
    rows = _load("exercises", data, "start")
    both = rows[rows["parties"].eq("dprk_russia")]
    held = both[both["status"].eq("held")]
    before, after = events.before_after(held, PACT, 18)
    return Measured(float(before), float(after), both)


def _opinion(data: Path) -> Measured:
    rows = _load("opinion", data).query("topic == 'own_nuclear_weapons' and population == 'ROK adults'")
    rows = rows[~rows["question"].str.contains("sanction|cost", case=False)]
    rows = rows.assign(day=rows[["end", "published"]].min(axis=1))  # a year told is written as its last day
    rows, same = rows.sort_values(["day", "poll_id"]), ["origin_id", "question"]
    early = rows[rows["day"] < PACT].drop_duplicates(same, keep="last").set_index(same)
    late = rows[rows["day"] >= PACT + pd.DateOffset(years=1)].drop_duplicates(same).set_index(same)
    both = early.index.intersection(late.index)
    if both.empty:
        return Measured(None, None, rows.drop(columns="day"))
    used = pd.concat([early.loc[both], late.loc[both]]).reset_index().drop(columns="day")
    return Measured(float(early.loc[both, "central"].mean()), float(late.loc[both, "central"].mean()), used)


def _visits(data: Path) -> Measured:
    ranks = ("leader", "deputy", "senior", "minister")
    rows = _load("visits", data, "start").query(
        "dyad == 'russia_dprk' and form == 'trip' and status == 'held'"
    )
    return windows(rows[rows["visitor_rank"].isin(ranks)], 12, "2018-06-19")


def _votes(data: Path) -> Measured:
    pairs = _load("un_vote_pairs", data).query("first == 'Russia' and second == 'DPRK'")
    share = votes.agreement(pairs, votes.RULES["same vote"]).set_index("year")["share"]
    whole = share[share.index <= WHOLE]
    return _by_year(whole, [2022, 2023], [2024, 2025], pairs[pairs["year"] <= WHOLE])


def _patrols(data: Path) -> Measured:
    rows = _load("patrols", data, "start")
    return windows(rows[rows["near"].isin(["both", "korea", "japan"])], 18, "2019-06-19")


def _obligations(data: Path) -> Measured:
    rows = _load("treaties", data).query("defence == 'yes'")
    parties = rows["parties"].str.split(";").map(set)
    rows = rows[[{"DPRK"} < who and bool(who & {"China", "Russia", "USSR"}) for who in parties]]
    found = []
    for day in (PACT - pd.Timedelta(days=1), pd.Timestamp.max):
        live = (rows["in_force"] <= day) & (rows["ended"].isna() | (rows["ended"] > day))
        found.append(float(live.sum()))
    return Measured(*found, rows)


def _troops(data: Path) -> Measured:
    rows = _load("estimates", data).query("series == 'troops_deployed' and basis != 'planned'")
    early = rows[rows["published"] < PACT]
    totals = rows[rows["scope"].isna() & (rows["published"] >= "2024-11-01")]
    least = totals[["low", "central"]].min(axis=1).min()
    before = 0.0 if early.empty else float(early[["low", "central"]].min(axis=1).max())
    return Measured(before, float(least), totals)


def _un_measures(data: Path) -> Measured:
    rows = _load("un_votes", data).query("body == 'security_council' and result == 'adopted'")
    return windows(rows[rows["topic"].isin(["dprk_sanctions", "dprk_panel"])], 24, "2006-06-19")


def _agreement(data: Path) -> Measured:
    rows = _load("border_incidents", data).query("kind == 'agreement_step' and direction == 'escalation'")
    before, after = events.before_after(rows, PACT, 12)
    return Measured(float(before), float(after), rows)


MEASURES: dict[str, Callable[[Path], Measured]] = {
    "warheads": _warheads,
    "new-systems": _new_systems,
    "russian-arms": _russian_arms,
    "refined-oil": _refined_oil,
    "launch-days": lambda data: _launches(data, "days"),
    "missiles": lambda data: _launches(data, "missiles"),
    "border-incidents": _border,
    "balloons": _balloons,
    "severe-incidents": _severe,
    "rok-budget": _rok_budget,
    "japan-spending": _japan_spending,
    "exercise-days": _exercise_days,
    "trilateral": _trilateral,
    "nuclear-opinion": _opinion,
    "visits": _visits,
    "votes": _votes,
    "patrols": _patrols,
    "joint-exercises": _joint_exercises,
    "defence-obligations": _obligations,
    "troops-abroad": _troops,
    "un-measures": _un_measures,
    "agreement-2018": _agreement,
}
"""How the values of each indicator come out of the tables."""
