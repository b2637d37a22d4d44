"""What the routes of surveys ask."""

from __future__ import annotations

from lifecircle.govern.access import PUBLIC, SIGNED_IN, Asks

VIEW, ENTER, REVIEW, CLOSE, RUN = (
    "survey.view",
    "survey.enter",
    "survey.review",
    "survey.close",
    "survey.run",
)

ROUTES: dict[str, Asks] = {
    "surveys:list": Asks(VIEW),
    "surveys:new": Asks(RUN, RUN),
    "surveys:round": Asks(VIEW),
    "surveys:change": Asks(RUN, RUN),
    "surveys:discard": Asks(RUN, RUN),
    "surveys:excused": Asks(VIEW, RUN),
    "surveys:preview": Asks(VIEW),
    "surveys:open": Asks(None, RUN),
    "surveys:deadlines": Asks(RUN, RUN),
    "surveys:close": Asks(CLOSE, CLOSE),
    "surveys:return": Asks(VIEW),
    "surveys:section": Asks(VIEW, ENTER),
    "surveys:hand_in": Asks(None, ENTER),
    "surveys:review": Asks(None, REVIEW),
    "surveys:history": Asks(VIEW),
    "surveys:workbooks": Asks(ENTER, ENTER),
    "surveys:workbook_file": Asks(ENTER),
    "surveys:workbook_marked": Asks(ENTER),
    "surveys:device": Asks(ENTER, ENTER),
    "surveys:device_key": Asks(SIGNED_IN),
    "surveys:worker": Asks(PUBLIC),
    "api:survey_rounds": Asks(VIEW),
    "api:survey_open": Asks(None, RUN),
    "api:survey_form": Asks(VIEW),
    "api:survey_returns": Asks(VIEW),
    "api:survey_answers": Asks(VIEW, ENTER),
}
"""Who reviews may enter too: a return that was handed in is corrected by its reviewer."""
