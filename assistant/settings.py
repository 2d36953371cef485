"""Settings, read once, in `opening`: environment variables `PLAINCLAUSE_...` and command-line options."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Everything a person can set. `PLAINCLAUSE_POLICIES=/srv/policies` sets `policies`, and so on."""

    model_config = SettingsConfigDict(env_prefix="PLAINCLAUSE_", frozen=True, extra="ignore")

    policies: Path = Field(default=ROOT / "corpus" / "policies", description="Folder of policies (.md, .txt).")
    data: Path = Field(default=ROOT / "var", description="Folder for everything built: the index.")
    encoders: Path | None = Field(
        default=None, description="Folder for compiled encoders, to be shared; without it one in the data folder."
    )
    encoder: str = Field(default="plainclause-minilm", description="sentence-transformers model, by name or path.")
    store: str = Field(default="faiss", description='Vector store: "faiss" or "exact".')
    host: str = Field(default="127.0.0.1", description="Address the web server listens on.")
    port: int = Field(default=7860, ge=0, le=65535, description="Port the web server listens on.")
