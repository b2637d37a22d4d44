"""How many people no plan can exceed, without solving for the plan.

The covering rows, the budgets and what earlier stages reached are priced (lambda_d per person,
mu_t per yuan, nu per person); what is left falls apart by site:

    L = sum_d people_d max(0, w_d - lambda_d) + sum_t mu_t budget_t - nu sum_j reached_j
        + sum_s max(0, max_{o at s} (F_o - sum_t mu_t cost_ot)),   w = worth_k + nu sum_j worth_j

with F_o the fractional knapsack of the option's floor area with the actions' values sum_d lambda_d
s_ad people_d - sum_t mu_t cost_at (for a bounded action at most its capacity at its best price).
By weak duality L is never below the best plan, whatever the prices; exclusions and equity floors
are left out, which only raises it. The prices are sought by Polyak's subgradient steps: Held,
Wolfe and Crowder, Validation of subgradient optimization, Mathematical Programming 6 (1974) 62-88;
for covering: Galvao and ReVelle, A Lagrangean heuristic for the maximal covering location problem,
European Journal of Operational Research 88 (1996) 114-123.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from lifecircle.plan.model.filling import Town
from lifecircle.plan.model.solving import Floats, Integers, Limits
from lifecircle.walk.compiling import compiled

STEPS = 1000
LATER_STEPS = 250
"""Steps for the first aim, and for later ones, whose bounds stay wide whatever they cost."""

PATIENCE = 20
"""Steps without a lower bound before they are halved."""

CLOSE = 1e-4
"""Relative fall of the bound that counts as progress."""

SHORTEST = 1e-3
"""Steps shorter than this no longer lower the bound."""

EARLIER = (3.0, 10.0, 30.0)
"""What a person of an earlier aim is worth beside one of the last: the best of these is kept."""

SURE = 1e-9
"""Relative error that float64 sums may have."""


def bounds(
    town: Town, budget_yuan: Integers, aims: list[Integers], served: Integers, limits: Limits
) -> list[int]:
    """Return for each aim the worth no plan exceeds that does as well as ``served`` before it."""
    found = []
    for k in range(len(aims)):
        search = _Prices(town, budget_yuan.astype(np.float64), aims[: k + 1], served)
        found.append(search.lowest(limits))
    return found


@dataclass(frozen=True, eq=False)
class _Prices:
    """The search for prices of one aim, the last of ``aims``, after the others."""

    town: Town
    budget: Floats
    aims: list[Integers]
    served: Integers

    def lowest(self, limits: Limits) -> int:
        """Return the lowest bound found, rounded down to whole people."""
        most = best = float(self.town.people @ self.aims[-1])
        prices: tuple[Floats, Floats] | None = None
        for earlier in EARLIER if len(self.aims) > 1 else (0.0,):
            value, prices = self._descend(earlier, prices, limits)
            if value > best:
                break
            best = value
        return min(int(most), math.floor(best * (1 + SURE) + SURE))

    def _descend(
        self, earlier: float, begin: tuple[Floats, Floats] | None, limits: Limits
    ) -> tuple[float, tuple[Floats, Floats]]:
        """Seek the prices of people (d,), as shares of their worth, and of money (t,)."""
        before = np.sum(self.aims[:-1], axis=0) if earlier else 0
        worth: Floats = (self.aims[-1] + earlier * before).astype(np.float64)
        target = float(self.served @ self.aims[-1])
        offset = float(worth @ self.served) - target
        scale = max(target + offset, 1.0) / math.sqrt(len(worth))
        whole = np.where(self.budget > 0, (target + offset) / 2 / len(self.budget), 0.0)
        share, money = begin or (np.full(len(worth), 0.5), np.asarray(whole))
        price = share * worth
        best, length, since = math.inf, 1.0, 0
        best_prices = share, money
        for _ in range(LATER_STEPS if earlier else STEPS):
            value, of_price, of_money = self._look(price, money, worth)
            value -= offset
            since += 1
            if value < best:
                since = 0 if value < best - CLOSE * abs(best) else since
                best, best_prices = value, (self._shares(price, worth), money)
            if since > PATIENCE:
                length, since = length / 2, 0
            of_share = worth * of_price
            norm = float(of_share @ of_share) + scale**2 * float(of_money @ of_money)
            near = best - target <= max(1.0, limits.gap / 2 * best)
            if near or norm == 0 or length < SHORTEST or limits.over:
                break
            step = length * (value - target) / norm
            money = np.maximum(0.0, money - step * scale**2 * of_money)
            price = np.clip(price - step * worth * of_share, 0.0, worth)
        return best, best_prices

    @staticmethod
    def _shares(price: Floats, worth: Floats) -> Floats:
        return np.divide(price, worth, out=np.zeros_like(price), where=worth > 0)

    def _look(self, price: Floats, money: Floats, worth: Floats) -> tuple[float, Floats, Floats]:
        """Return L before what is reached is taken off, and its slope in prices and money."""
        town = self.town
        per_yuan = self._shares(money, self.budget)
        cover = np.zeros(len(price))
        spent = np.zeros(len(money))
        value = best_sites(town, price, per_yuan, cover, spent)
        people = town.people * (price < worth)
        value += float(people @ (worth - price)) + float(money.sum())
        of_price = np.where((price > 0) | (cover < people), cover - people, 0.0)
        return value, of_price, 1.0 - self._shares(spent, self.budget)


@compiled
def best_sites(town: Town, price: Any, per_yuan: Any, cover: Any, spent: Any) -> float:
    """Return the value of the best option of every site; add what it covers and spends."""
    actions, options = len(town.option), len(town.site)
    value = np.zeros(actions)
    scale = np.zeros(actions)
    part = np.zeros(actions)
    worth = np.zeros(options)
    sites = town.site.max() + 1
    best = np.full(sites, -1)
    for option in range(options):
        worth[option] = _knapsack(town, option, price, per_yuan, value, scale, part)
        for year in range(len(per_yuan)):
            worth[option] -= per_yuan[year] * town.option_cost[option, year]
        site = town.site[option]
        if worth[option] > 0 and (best[site] < 0 or worth[option] > worth[best[site]]):
            best[site] = option
    total = 0.0
    for option in best:
        if option >= 0:
            total += worth[option]
            spent += town.option_cost[option]
            for k in range(town.option_first[option], town.option_first[option + 1]):
                action = town.by_option[k]
                if part[action] > 0:
                    spent += part[action] * town.cost[action]
                    for at in range(town.first[action], town.first[action + 1]):
                        cover[town.demand[at]] += part[action] * scale[action] * town.reach[at]
    return total


@compiled
def _knapsack(
    town: Town, option: int, price: Any, per_yuan: Any, value: Any, scale: Any, part: Any
) -> float:
    """Return what an option's actions are worth in its floor area; set their values and parts."""
    begin, end = town.option_first[option], town.option_first[option + 1]
    density = np.zeros(end - begin)
    for k in range(end - begin):
        action = town.by_option[begin + k]
        total, dearest = 0.0, 0.0
        for at in range(town.first[action], town.first[action + 1]):
            one = price[town.demand[at]]
            total += one * town.reach[at]
            dearest = max(dearest, one)
        scale[action] = 1.0
        if town.capacity[action] >= 0 and total > town.capacity[action] * dearest:
            scale[action] = town.capacity[action] * dearest / total
        value[action] = total * scale[action]
        for year in range(len(per_yuan)):
            value[action] -= per_yuan[year] * town.cost[action, year]
        if value[action] > 0 and not town.barred[action]:
            density[k] = value[action] / max(town.floor_m2[action], 1e-9)
    room, worth = town.floor_m2_of[option], 0.0
    for k in np.argsort(-density, kind="mergesort"):
        if density[k] <= 0 or room <= 0:
            break
        action = town.by_option[begin + k]
        part[action] = 1.0
        if town.floor_m2[action] > room:
            part[action] = room / town.floor_m2[action]
        room -= town.floor_m2[action]
        worth += part[action] * value[action]
    return worth
