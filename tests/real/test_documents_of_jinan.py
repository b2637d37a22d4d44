"""Documents of a real city with a list nobody calls complete: nobody fails, nobody is ranked."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from docx import Document

from lifecircle.cli.main import main
from tests.real.test_whole_runs import write_areas, write_points


def test_from_a_partial_list_nobody_fails_and_nobody_is_ranked(
    shared_data: Path, tmp_path: Path
) -> None:
    write_areas(tmp_path / "areas.gpkg", 116.95, 36.62, 117.05, 36.70, 8)
    write_points(tmp_path / "places.csv", {"clinic": (117.0, 36.66), "park": (117.02, 36.65)})
    (tmp_path / "lifecircle.toml").write_text(
        f"""
        title = "济南"
        packs = ["xian-2020"]
        as_of = 2026-11-22
        network = {{file = "{shared_data / "jinan" / "edges.shp"}", crs = "EPSG:4326"}}
        communities = {{file = "areas.gpkg"}}
        facilities = [{{file = "places.csv", datum = "wgs84"}}]
        """,
        encoding="utf-8",
    )
    out = tmp_path / "公文"
    done = CliRunner().invoke(main, ["publish", "documents", str(tmp_path), "--out", str(out)])
    assert done.exit_code == 0, (done.output, done.exception)
    lines = {
        name: [line.text for line in Document(str(out / f"{name}.docx")).paragraphs]
        for name in ("月通报", "季排名", "公示")
    }
    assert "没有社区被判为未达标。未评估的不等于达标，见资料说明。" in lines["月通报"]
    assert any(line.startswith("没有一条规则能排名") for line in lines["季排名"])
    assert not any("模拟数据" in line for line in lines["公示"])
    told = json.loads((out / "figures.json").read_text(encoding="utf-8"))
    assert "未达标" not in {one["verdict"] for one in told["findings"].values()}
    rows = [row for one in told["findings"].values() for row in one["rows"]]
    assert {row["place"].partition("第")[0] for row in rows} >= {"areas.gpkg"}
