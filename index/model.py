"""The values of the index floor: passages, hits, the card of a stored index."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from corpus.model import Span
from index.stored_files import StoredFile


class Passage(NamedTuple):
    """One clause as the index knows it: `id` is `policy:start-end`."""

    policy_id: str
    span: Span

    @property
    def id(self) -> str:
        return f"{self.policy_id}:{self.span.start}-{self.span.end}"


class Hit(NamedTuple):
    """A passage found for a query. `score`: higher is better, always; `rank` counts from 1."""

    passage: Passage
    score: float
    rank: int


class IndexCard(BaseModel):
    """What a stored index was built from and with; opening compares it with what is there now."""

    model_config = ConfigDict(frozen=True)

    format: Literal[3] = 3
    corpus_sha256: str
    attached: str = ""
    encoder: str
    encoder_sha256: str
    encoder_form: str
    dim: int
    metric: Literal["inner_product"] = "inner_product"
    store: str
    count: int
    built_with: dict[str, str]
    built_at: datetime
    files: dict[str, StoredFile]
