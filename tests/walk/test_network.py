from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.terms.errors import InputError
from lifecircle.walk.network import Network
from lifecircle.walk.snap import Snapper
from tests.walk.graphs import Streets, streets

#   3 (0,100)
#   |
#   | 100
#   |
#   0 --50-- 1 --50-- 2 (100,0)      4 ring 5 ring 6: a triangle on its own, without a junction
TREE = Streets([(0, 0), (50, 0), (100, 0), (0, 100)], [(0, 1), (1, 2), (0, 3)])
RING = Streets([(0, 0), (300, 0), (0, 400)], [(0, 1), (1, 2), (2, 0)])


def test_nodes_of_degree_two_become_vertices() -> None:
    network = TREE.network()
    assert network.junction_id.tolist() == [2, 3]
    assert network.chain_length_m.tolist() == [200.0]


def test_a_ring_without_a_junction_is_cut_once() -> None:
    network = RING.network()
    assert network.junction_id.tolist() == [0]
    assert network.chain_length_m.tolist() == [1200.0]


@settings(deadline=None)
@given(streets(), st.randoms())
def test_the_order_of_rows_changes_nothing(plan: Streets, dice: object) -> None:
    order = list(range(len(plan.xy)))
    dice.shuffle(order)  # type: ignore[attr-defined]
    place = {old: new for new, old in enumerate(order)}
    pairs = [(place[b], place[a]) for a, b in plan.pairs]
    dice.shuffle(pairs)  # type: ignore[attr-defined]
    points = np.array([plan.xy[old] for old in order])
    shuffled = Network.from_segments(
        np.array(order), points[:, 0], points[:, 1], np.array(pairs).reshape(-1, 2)
    )
    assert shuffled.sha256 == plan.network().sha256


@settings(deadline=None)
@given(streets())
def test_no_metre_of_way_is_lost(plan: Streets) -> None:
    network = plan.network()
    once = {(min(pair), max(pair)) for pair in plan.pairs}
    xy = np.array(plan.xy)
    total = sum(float(np.hypot(*(xy[a] - xy[b]))) for a, b in once)
    assert network.chain_length_m.sum() == pytest.approx(total)


def test_saved_and_loaded_by_hash(tmp_path: Path) -> None:
    network = TREE.network()
    path = network.save(tmp_path)
    assert path.name == f"network-{network.sha256}.npz"
    before = path.read_bytes()
    assert network.save(tmp_path) == path
    assert path.read_bytes() == before
    assert Network.load(path).sha256 == network.sha256
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("harm", ["cut", "foreign", "renamed"])
def test_a_damaged_network_is_refused(tmp_path: Path, harm: str) -> None:
    path = TREE.network().save(tmp_path)
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:200])
    elif harm == "foreign":
        path.write_text("hello", encoding="utf-8")
    else:
        path = path.rename(tmp_path / f"network-{'0' * 64}.npz")
    with pytest.raises(InputError, match=path.name):
        Network.load(path)


def test_a_point_snaps_to_the_edge_and_its_leg_counts() -> None:
    network = TREE.network()
    access = Snapper(network).snap([50.0, 100.0], [30.0, -40.0])
    # the chain runs 2 -> 1 -> 0 -> 3
    assert access.at_m.tolist() == [50.0, 0.0]
    assert access.leg_m.tolist() == [30.0, 40.0]


def test_a_point_too_far_from_any_way_stays_off_the_network() -> None:
    """What was walked before the point does not count against the limit."""
    network = TREE.network()
    access = Snapper(network).snap(
        [50.0, 100.0], [30.0, -40.0], [0, 1], [500.0, 0.0], owners=2, most_leg_m=30.0
    )
    assert access.owner.tolist() == [0]
    assert access.leg_m.tolist() == [530.0]


def test_nobody_snaps_to_a_fragment() -> None:
    long_street = [(0.0, 0.0), (1500.0, 0.0)]
    fragment = [(700.0, 50.0), (720.0, 50.0)]
    network = Streets(long_street + fragment, [(0, 1), (2, 3)]).network()
    access = Snapper(network).snap([710.0], [49.0])
    assert access.leg_m.tolist() == [49.0]


def test_a_network_of_fragments_keeps_its_longest() -> None:
    network = TREE.network()
    assert network.linked.all()
    assert len(Snapper(network).snap([0.0], [0.0]).owner) == 1
