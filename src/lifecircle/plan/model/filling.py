"""Kernels of the lazy greedy search: arrays in, arrays changed in place.

A ``Town`` of arrays that do not change and a ``State`` of those that do go through all of them.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple

import numpy as np

from lifecircle.walk.compiling import compiled

Array = Any

NOTHING = 1e-12
"""Price of what costs nothing, so that gain by price stays a number."""


class Town(NamedTuple):
    """What does not change: the problem, sorted for walking along.

    ``price`` is cost as a share of the budgets, ``by_option`` the actions of each option,
    ``floor_m2_of`` the floor area of an option, ``foes`` the actions that each action excludes.
    """

    people: Array
    first: Array
    demand: Array
    reach: Array
    capacity: Array
    option: Array
    floor_m2: Array
    cost: Array
    price: Array
    barred: Array
    option_first: Array
    by_option: Array
    site: Array
    floor_m2_of: Array
    option_cost: Array
    option_price: Array
    foe_first: Array
    foes: Array


class State(NamedTuple):
    """What a plan in the making has used up.

    ``left`` (d,) people not served, ``floor_left_m2`` (o,), ``money_left`` (t,), ``taken`` (a,),
    ``held`` (s,) the option of a site or -1.
    """

    left: Array
    floor_left_m2: Array
    money_left: Array
    taken: Array
    held: Array


@compiled
def gain(town: Town, state: State, worth: Array, action: int) -> float:
    """Return the worth of the people an action would newly serve, the worthiest to its capacity."""
    room = town.capacity[action]
    bounded = room >= 0
    total = 0.0
    for at in range(town.first[action], town.first[action + 1]):
        one = town.demand[at]
        if worth[one] > 0:
            served = min(town.reach[at], state.left[one])
            if bounded:
                served = min(served, room)
                room -= served
            total += worth[one] * served
    return total


@compiled
def fits(town: Town, state: State, action: int, floor_m2: float, money: Array) -> bool:
    """Say whether an action can be added within the floor area and the money given."""
    if state.taken[action] or town.barred[action] or town.floor_m2[action] > floor_m2 + 1e-9:
        return False
    for year in range(len(money)):
        if town.cost[action, year] > money[year]:
            return False
    for at in range(town.foe_first[action], town.foe_first[action + 1]):
        if state.taken[town.foes[at]]:
            return False
    return True


@compiled
def take(town: Town, state: State, worth: Array, action: int) -> float:
    """Do an action and return the worth it served; the worthy come first where room is short."""
    option = town.option[action]
    site = town.site[option]
    if state.held[site] != option:
        state.held[site] = option
        state.money_left[:] -= town.option_cost[option]
    state.taken[action] = True
    state.floor_left_m2[option] -= town.floor_m2[action]
    state.money_left[:] -= town.cost[action]
    room = town.capacity[action]
    bounded = room >= 0
    total = 0.0
    for worthy in (True, False):
        for at in range(town.first[action], town.first[action + 1]):
            one = town.demand[at]
            if (worth[one] > 0) == worthy:
                served = min(town.reach[at], state.left[one])
                if bounded:
                    served = min(served, room)
                    room -= served
                state.left[one] -= served
                total += worth[one] * served
    return total


@compiled
def best_move(
    town: Town, state: State, worth: Array, option: int, picks: Array
) -> tuple[float, int]:
    """Return (gain by price, how many actions) of the best next move at an option.

    An open option gives its best action. A closed one gives those of its actions that together
    bring most for the price of opening it and of themselves. The actions go into ``picks``. Among
    themselves actions are also charged for the floor area they take, at what opening costs.
    """
    site = town.site[option]
    begin, end = town.option_first[option], town.option_first[option + 1]
    is_open = state.held[site] == option
    if end == begin or (state.held[site] >= 0 and not is_open):
        return 0.0, 0
    money = state.money_left.copy()
    if not is_open:
        money -= town.option_cost[option]
        if money.min() < 0:
            return 0.0, 0
    floor_m2 = state.floor_left_m2[option]
    rate = np.zeros(end - begin)
    gains = np.zeros(end - begin)
    for k in range(end - begin):
        action = town.by_option[begin + k]
        if fits(town, state, action, floor_m2, money):
            gains[k] = gain(town, state, worth, action)
            part = town.floor_m2[action] / max(town.floor_m2_of[option], NOTHING)
            room_price = town.option_price[option] * part
            rate[k] = gains[k] / max(town.price[action] + room_price, NOTHING)
    if is_open:
        best = int(np.argmax(rate))
        picks[0] = town.by_option[begin + best]
        return rate[best], int(rate[best] > 0)
    return _bundle(town, option, rate, gains, floor_m2, money, picks)


@compiled
def _bundle(
    town: Town,
    option: int,
    rate: Array,
    gains: Array,
    floor_m2: float,
    money: Array,
    picks: Array,
) -> tuple[float, int]:
    begin = town.option_first[option]
    price = town.option_price[option]
    total, best, count, size = 0.0, 0.0, 0, 0
    for k in np.argsort(-rate, kind="mergesort"):
        if rate[k] <= 0:
            break
        action = town.by_option[begin + k]
        if town.floor_m2[action] > floor_m2 + 1e-9 or (town.cost[action] > money).any():
            continue
        floor_m2 -= town.floor_m2[action]
        money -= town.cost[action]
        price += town.price[action]
        total += gains[k]
        picks[size] = action
        size += 1
        if total / max(price, NOTHING) > best:
            best, count = total / max(price, NOTHING), size
    return best, count


@compiled
def fill(town: Town, state: State, worth: Array, target: float, shut: int) -> float:
    """Add the move of most worth by price until nothing fits or ``target`` is reached.

    Lazy: an option's rate from an earlier look bounds what it gives now, so only the one that
    leads is looked at again; of equal ones the smallest number leads. The option ``shut`` is left
    alone. Returns the worth served.
    """
    picks = np.empty(max(1, np.diff(town.option_first).max()), dtype=np.int64)
    queue = [(0.0, -1)]
    for option in range(len(town.site)):
        rate, _ = best_move(town, state, worth, option, picks)
        if option != shut and rate > 0:
            queue.append((-rate, option))
    heapify(queue)
    total = 0.0
    while total < target and len(queue) > 0:
        ahead, lead = heappop(queue)
        if lead < 0:
            continue
        rate, count = best_move(town, state, worth, lead, picks)
        if rate < -ahead:
            if rate > 0:
                heappush(queue, (-rate, lead))
            continue
        total += _done(town, state, worth, lead, picks[:count])
        rate, _ = best_move(town, state, worth, lead, picks)
        if rate > 0:
            heappush(queue, (-rate, lead))
    return total


@compiled
def _done(town: Town, state: State, worth: Array, option: int, picks: Array) -> float:
    total = 0.0
    for action in picks:
        floor_m2, money = state.floor_left_m2[option], state.money_left
        if fits(town, state, action, floor_m2, money) and gain(town, state, worth, action) > 0:
            total += take(town, state, worth, action)
    return total


@compiled
def idle(town: Town, people: Array, covered: Array, order: Array, kept: Array) -> None:
    """Drop from ``kept`` (a,), in ``order``, each action that nobody of ``people`` needs.

    ``covered`` (d,) is how many reaches hold each demand, people counted as often as reached.
    """
    for action in order:
        needed = False
        for at in range(town.first[action], town.first[action + 1]):
            one = town.demand[at]
            without = covered[one] - town.reach[at]
            if min(without, people[one]) < min(covered[one], people[one]):
                needed = True
                break
        if not needed:
            kept[action] = False
            for at in range(town.first[action], town.first[action + 1]):
                covered[town.demand[at]] -= town.reach[at]
