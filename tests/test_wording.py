"""The sentence of an answer says no more than the clause."""

from __future__ import annotations

import pytest

from assistant.languages import language
from assistant.modality import assertion_of
from assistant.wording import reserve


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("We may record your calls.", "says “may”"),
        ("We do not, from time to time, record your calls.", "says “from time to time”"),
        ("We record your calls if you agree to it.", "names a condition or an exception (“if you …”)"),
        ("Calls to the night line are recorded.", "says on what"),
    ],
)
def test_what_an_answer_depends_on_stands_in_the_clause(clause, said):
    assert reserve(assertion_of(clause), language("en")) == f"It depends: the policy {said}."
