"""What everybody sees: nothing of it depends on who asks."""

from typing import Any

from tests.govern.matrix.example import Example

ABSENT = frozenset({404})


def _one(place: Any) -> dict[str, Any]:
    return {"own_id": f"{place.word}-none"}


def _file(_: Any) -> dict[str, Any]:
    return {"number": 999999, "file": "map/index.html"}


def _of(kwargs: Any) -> Example:
    return Example(kwargs, reach="all", own=ABSENT)


EXAMPLES = {
    "public:front": Example(),
    "public:search": Example(queries=("q={word}",)),
    "public:map": Example(own=ABSENT),
    "public:map_page": Example(own=ABSENT),
    "public:map_file": _of(_file),
    "public:communities": Example(own=ABSENT),
    "public:community": _of(_one),
    "public:facility": _of(_one),
    "public:code": _of(_one),
    "public:results": Example(),
    "public:publication": _of(lambda _: {"number": 999999}),
    "public:data": Example(),
    "public:file": _of(_file),
    "public:language": _of(lambda _: {"code": "en"}),
    "public:nowhere": _of(lambda _: {"rest": "nowhere"}),
    "public:embed": Example(),
    "public:embed_search": Example(queries=("q={word}",)),
    "public:embed_community": _of(_one),
    "public:embed_facility": _of(_one),
    "api:public_about": Example(),
    "api:public_communities": Example(queries=("q={word}",)),
    "api:public_community": _of(_one),
    "api:public_facilities": Example(queries=("q={word}",)),
    "api:public_facility": _of(_one),
    "api:public_results": Example(),
}
