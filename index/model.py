"""The values of the index floor: the card of a stored index."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from index.stored_files import StoredFile


class IndexCard(BaseModel):
    """What a stored index was built from and with; opening compares it with what is there now."""

    model_config = ConfigDict(frozen=True)

    format: Literal[4] = 4
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
