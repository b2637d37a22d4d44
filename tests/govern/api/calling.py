"""Calls every operation as its description allows, and as it does not, and holds it to its word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import hypothesis
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection

from lifecircle.govern.accounts.models import ApiToken, Grant, User
from lifecircle.govern.accounts.tokens import hashed

MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
PEOPLE = ("chief", "clerk", "reader")
"""Everything over the city, everything over a township, only seeing one community."""

IDS = {"pk": "area.mill", "record": "facility", "number": "batch"}
"""What the numbers in addresses are of, by names of tests/govern/people.py."""

CONFIG = {
    "generation": {"with-security-parameters": False},
    "checks": {
        # a valid body may still break a rule of the office: a day before another, a code that ended
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "304", "400", "401", "403", "404", "409", "422"]
        },
    },
}


@dataclass(frozen=True)
class Api:
    """The API with tokens of the people and ids that are there."""

    schema: Any
    tokens: Mapping[str, str]
    known: Mapping[str, int]

    def operations(self) -> Iterator[Any]:
        """Yield the operations; none may be described wrongly."""
        for found in self.schema.get_all_operations():
            assert isinstance(found, Ok), found
            yield found.ok()

    def try_out(self, operation: Any, examples: int, *, seed: int = 0) -> None:
        """Call an operation, half as described and half not; undo every call.

        To make a call takes several times as long as to answer it: each is made once, and
        everybody sends it.
        """
        for mode in MODES:
            cases = operation.as_strategy(generation_mode=mode)
            there = {name: self.known[IDS[name]] for name in IDS.keys() & _names(operation)}
            if there:
                real = operation.as_strategy(generation_mode=mode, path_parameters=there)
                cases = st.one_of(cases, real)

            @hypothesis.seed(seed)
            @hypothesis.settings(
                max_examples=examples, deadline=None, database=None,
                suppress_health_check=list(hypothesis.HealthCheck),
                phases=(hypothesis.Phase.generate,),
            )  # fmt: skip
            @hypothesis.given(cases)
            def tried(case: Any) -> None:
                for person in (None, *self.tokens):
                    hypothesis.note(f"called by {person or 'nobody who signed in'}")
                    self._call(case, person)

            try:
                tried()
            except hypothesis.errors.Unsatisfiable:
                assert mode == MODES[1], f"{operation.label}: nothing valid can be made"

    def _call(self, case: Any, person: str | None) -> None:
        headers = {"Authorization": f"Bearer {self.tokens[person]}"} if person else {}
        with transaction.atomic():
            response = case.call(headers=headers)
            case.validate_response(response, headers=headers, excluded_checks=_unfair(case))
            transaction.set_rollback(True)
        guarded = case.operation.definition.raw.get("security")
        if person is None and guarded:
            # 400 is said of what no request may hold, before anybody asks who calls
            assert response.status_code in (400, 401, 404), (
                case.operation.label,
                response.status_code,
            )
        if person == "reader" and case.method not in ("GET", "HEAD", "OPTIONS"):
            assert response.status_code >= 400, (case.operation.label, response.status_code)


def _names(operation: Any) -> set[str]:
    return {one.name for one in operation.path_parameters}


def _unfair(case: Any) -> list[Any]:
    """Return the checks that a case cannot be held to: in a form every value is text."""
    forms = (case.media_type or "").startswith("multipart/")
    return [negative_data_rejection] if forms else []


def api_of(known: Mapping[str, int]) -> Api:
    """Return the API for the small city with people in it."""
    config = SchemathesisConfig.from_dict(CONFIG)
    schema = schemathesis.openapi.from_wsgi(
        "/api/openapi.json", get_wsgi_application(), config=config
    )
    return Api(schema, {name: token_of(name) for name in PEOPLE}, known)


def token_of(name: str) -> str:
    """Give somebody a token for all that he may."""
    user = User.objects.get(username=name)
    grant = Grant.objects.select_related("role").get(user=user)
    secret = f"lc_{uuid4().hex}"
    ApiToken.objects.create(
        user=user, name="test", hash=hashed(secret), permissions=grant.role.permissions,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    return secret
