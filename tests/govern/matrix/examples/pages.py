"""The frame of all pages."""

from tests.govern.matrix.example import Example

EXAMPLES = {
    "home": Example(),
    "help": Example(),
    "look": Example(body=lambda _: {"word": "large"}, reach="all"),
    "set_language": Example(body=lambda _: {"language": "zh-hans"}, reach="all"),
    "api:api-root": Example(own=frozenset({404})),
    "api:openapi-json": Example(),
}
