"""A linear model in arrays, solved by HiGHS; what the solver says is never passed over.

HiGHS: Huangfu and Hall, Parallelizing the dual revised simplex method, Mathematical Programming
Computation 10 (2018) 119-142.
"""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from time import monotonic
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from lifecircle.terms.errors import Fault, LifecircleError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Array = npt.NDArray[Any]

FEASIBLE = 2
"""HiGHS' code for a primal solution that satisfies every row."""

TOLERANCE = 1e-9
"""How far a row may be missed: a yuan in a billion."""


class Status(StrEnum):
    """How a search ended."""

    OPTIMAL = "optimal"
    WITHIN_GAP = "within gap"
    TIME_LIMIT = "time limit"
    INTERRUPTED = "interrupted"
    INFEASIBLE = "infeasible"

    @property
    def words(self) -> str:
        """Return what a planner reads."""
        return _WORDS[self]


_WORDS = {
    Status.OPTIMAL: "已证明最优",
    Status.WITHIN_GAP: "已达到要求的差距",
    Status.TIME_LIMIT: "到时限为止的最好结果",
    Status.INTERRUPTED: "中断时的最好结果",
    Status.INFEASIBLE: "各项要求互相冲突，没有可行方案",
}


class SolverError(LifecircleError):
    """The solver ended in a way that answers nothing."""


def never() -> bool:
    """Say that nobody has asked to stop."""
    return False


@dataclass(frozen=True)
class Limits:
    """When to stop: after ``seconds``, at a relative ``gap``, or once ``stopped`` says so.

    ``end`` is when the clock runs out, in seconds of `time.monotonic`. A plan cut off by the clock
    or by a person depends on the machine; one that ends at its gap does not.
    """

    seconds: float = math.inf
    gap: float = 0.0
    stopped: Callable[[], bool] = never
    end: float = math.inf

    def started(self) -> Limits:
        """Return limits whose clock runs from now over all that follows."""
        return replace(self, end=min(self.end, monotonic() + self.seconds))

    @property
    def left_s(self) -> float:
        """Return how many seconds one search may still take."""
        return max(0.0, min(self.seconds, self.end - monotonic()))

    @property
    def over(self) -> Status | None:
        """Return why to stop now, or None."""
        if self.stopped():
            return Status.INTERRUPTED
        return Status.TIME_LIMIT if self.left_s <= 0.0 else None


@contextmanager
def until_interrupted() -> Iterator[Callable[[], bool]]:
    """Yield a question that turns true once the user presses Ctrl-C, instead of an exception.

    A second Ctrl-C stops at once. Outside the main thread nothing is caught.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = signal.getsignal(signal.SIGINT)

    def ask(*_: object) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass(frozen=True, eq=False)
class Answer:
    """What the solver found: ``values`` per column, or None; ``bound`` no solution can beat."""

    status: Status
    values: Floats | None
    objective: float
    bound: float

    @property
    def found(self) -> Floats:
        """Return the values; raises SolverError where there are none."""
        if self.values is None:
            raise SolverError(Fault(f"求解结束时还没有任何方案（{self.status.words}）"))
        return self.values


def relative_gap(value: float, bound: float) -> float:
    """Return ``|bound - value| / |bound|``; 0 where they are equal, infinite where bound is 0."""
    away = abs(bound - value)
    if away <= TOLERANCE * max(1.0, abs(value)):
        return 0.0
    return away / abs(bound) if bound else math.inf


class Model:
    """Columns with bounds and rows between limits, gathered piece by piece.

    Columns and rows are numbered from 0 in the order they are added.
    """

    def __init__(self) -> None:
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []
        self.integer: list[Array] = []
        self.least: list[Floats] = []
        self.most: list[Floats] = []
        self.columns = self.rows = 0
        self.entries: list[tuple[Array, Array, Array]] = []

    def add_columns(
        self, count: int, lower: float = 0.0, upper: float = 1.0, *, integer: bool = False
    ) -> Integers:
        """Add ``count`` columns and return their numbers."""
        self.lower.append(np.full(count, lower))
        self.upper.append(np.full(count, upper))
        self.integer.append(np.full(count, integer))
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def add_rows(
        self,
        entries: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike],
        least: npt.ArrayLike,
        most: npt.ArrayLike,
        count: int,
    ) -> Integers:
        """Add ``count`` rows ``least <= row <= most`` and return their numbers.

        ``entries`` are (row, column, value), rows counted from 0 within this piece; the same
        place twice adds up.
        """
        row, column, value = (np.asarray(part) for part in entries)
        row, column, value = np.broadcast_arrays(row + self.rows, column, value)
        self.entries.append((row.ravel(), column.ravel(), value.ravel()))
        self.least.append(np.broadcast_to(np.asarray(least, dtype=np.float64), (count,)))
        self.most.append(np.broadcast_to(np.asarray(most, dtype=np.float64), (count,)))
        self.rows += count
        return np.arange(self.rows - count, self.rows)

    def add_row(self, column: Array, value: npt.ArrayLike, least: float, most: float) -> int:
        """Add one row and return its number."""
        zeros = np.zeros(len(column), dtype=np.int64)
        return int(self.add_rows((zeros, column, value), least, most, 1)[0])

    def copy(self) -> Model:
        """Return a model to which more can be added without touching this one."""
        other = Model()
        for name in ("lower", "upper", "integer", "least", "most", "entries"):
            setattr(other, name, list(getattr(self, name)))
        other.columns, other.rows = self.columns, self.rows
        return other

    def solve(
        self,
        cost: Floats,
        limits: Limits,
        *,
        maximise: bool = False,
        start: Floats | None = None,
        absolute_gap: float = TOLERANCE,
        free: Array | None = None,
        relaxed: bool = False,
    ) -> Answer:
        """Optimise ``cost`` (one per column).

        ``start`` is a solution to begin with, NaN where unknown; rows marked in ``free`` do not
        bind; ``relaxed`` drops integrality. One thread and a fixed seed: the same model gives the
        same answer. Raises SolverError when HiGHS ends with anything but an answer or a limit.
        """
        highs = _quiet(limits, absolute_gap)
        integer = np.concatenate(self.integer) & (not relaxed)
        _pass(highs, self, cost, integer, maximise=maximise, free=free)
        if start is not None and integer.any():
            known = np.flatnonzero(~np.isnan(start)).astype(np.int32)
            _agree(highs.setSolution(len(known), known, start[known]))
        if over := limits.over:
            return Answer(over, None, math.nan, math.inf if maximise else -math.inf)
        _agree(highs.run())
        return _answer(highs, mip=bool(integer.any()), maximise=maximise)


def _quiet(limits: Limits, absolute_gap: float) -> highspy.Highs:
    highs: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, bool | int | float | str] = {
        "output_flag": False,
        "parallel": "off",
        "random_seed": 0,
        "mip_rel_gap": limits.gap,
        "mip_abs_gap": absolute_gap,
        "mip_feasibility_tolerance": TOLERANCE,
        "primal_feasibility_tolerance": TOLERANCE,
    }
    if math.isfinite(limits.left_s):
        options["time_limit"] = limits.left_s
    for name, value in options.items():
        _agree(highs.setOptionValue(name, value))

    def look(event: Any) -> None:
        if limits.stopped():
            event.interrupt()

    for callback in (highs.cbMipInterrupt, highs.cbSimplexInterrupt, highs.cbIpmInterrupt):
        callback.subscribe(look)
    return highs


def _pass(
    highs: highspy.Highs,
    model: Model,
    cost: Floats,
    integer: Array,
    *,
    maximise: bool,
    free: Array | None,
) -> None:
    least, most = np.concatenate(model.least), np.concatenate(model.most)
    if free is not None:
        least, most = np.where(free, -np.inf, least), np.where(free, np.inf, most)
    row, column, value = (np.concatenate(part) for part in zip(*model.entries, strict=True))
    shape = (model.rows, model.columns)
    matrix = coo_array((value.astype(np.float64), (row, column)), shape=shape).tocsr()
    matrix.sum_duplicates()
    status = highs.passModel(
        model.columns,
        model.rows,
        matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize),
        0.0,
        np.asarray(cost, dtype=np.float64),
        np.concatenate(model.lower),
        np.concatenate(model.upper),
        least,
        most,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        integer.astype(np.int32),
    )
    _agree(status)


def _agree(status: highspy.HighsStatus) -> None:
    """Let warnings pass (the status of the model tells more), never errors."""
    if status == highspy.HighsStatus.kError:
        raise SolverError(Fault("求解器拒绝了这个模型", remedy="把输入数据发给开发者"))


def _answer(highs: highspy.Highs, *, mip: bool, maximise: bool) -> Answer:
    info, ended = highs.getInfo(), highs.getModelStatus()
    kind = highspy.HighsModelStatus
    worst = math.inf if maximise else -math.inf
    feasible = info.primal_solution_status == FEASIBLE
    if ended in (kind.kInfeasible, kind.kUnboundedOrInfeasible):  # every column is bounded
        return Answer(Status.INFEASIBLE, None, math.nan, math.nan)
    known = {
        kind.kOptimal: Status.OPTIMAL,
        kind.kModelEmpty: Status.OPTIMAL,
        kind.kTimeLimit: Status.TIME_LIMIT,
        kind.kInterrupt: Status.INTERRUPTED,
    }
    if ended not in known or (known[ended] is Status.OPTIMAL and not feasible):
        said = highs.modelStatusToString(ended)
        raise SolverError(Fault(f"求解器没有给出结果（{said}）", remedy="把输入数据发给开发者"))
    status = known[ended]
    if not mip and status is not Status.OPTIMAL:
        return Answer(status, None, math.nan, worst)
    objective = info.objective_function_value if feasible else math.nan
    bound = info.mip_dual_bound if mip else objective
    values = np.array(highs.getSolution().col_value) if feasible else None
    if status is Status.OPTIMAL and relative_gap(objective, bound) > TOLERANCE:
        status = Status.WITHIN_GAP
    return Answer(status, values, objective, bound if math.isfinite(bound) else worst)
