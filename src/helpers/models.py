"""The referee's two sums, small enough to check by hand: rounds in boxes, and the balance of an exchange."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

Number = TypeVar("Number", float, np.ndarray)


def rounds_in_boxes(boxes: Number, share: Number, per_box: Number) -> Number:
    """Turn containers into rounds.

    Parameters
    ----------
    boxes : float or array
        Containers.
    share : float or array
        Share of them that hold shells, 0 to 1.
    per_box : float or array
        Rounds in a box of shells.

    Returns
    -------
    float or array
        Rounds.
    """
    return boxes * share * per_box


def value_given(
    rounds: Number,
    usd_per_round: Number,
    missiles: Number,
    usd_per_missile: Number,
    soldiers: Number,
    months: Number,
    usd_per_month: Number,
) -> Number:
    """Price what the DPRK gave: rounds, missiles and soldiers.

    Parameters
    ----------
    rounds, missiles : float or array
        Numbers sent.
    usd_per_round, usd_per_missile : float or array
        Prices, US dollars each.
    soldiers : float or array
        Soldiers deployed, persons.
    months : float or array
        Average time deployed, months.
    usd_per_month : float or array
        Pay, US dollars per person and month.

    Returns
    -------
    float or array
        US dollars.
    """
    return rounds * usd_per_round + missiles * usd_per_missile + soldiers * months * usd_per_month


def value_received(barrels: Number, usd_per_barrel: Number, other: Number) -> Number:
    """Price what the DPRK got: refined oil and all else that could be traced.

    Parameters
    ----------
    barrels : float or array
        Refined oil, barrels.
    usd_per_barrel : float or array
        Price, US dollars a barrel.
    other : float or array
        Food, equipment and all else, US dollars.

    Returns
    -------
    float or array
        US dollars.
    """
    return barrels * usd_per_barrel + other


def untraced(barrels: Number, usd_per_barrel: Number, other: Number, **given: Number) -> Number:
    """Tell what nobody traced would have to be worth for the exchange to be even.

    Parameters
    ----------
    barrels, usd_per_barrel, other : float or array
        As in `value_received`.
    **given : float or array
        The parameters of `value_given`.

    Returns
    -------
    float or array
        Value given less value received, US dollars; above zero the DPRK gave more than was traced
        on the way back.
    """
    return value_given(**given) - value_received(barrels, usd_per_barrel, other)
