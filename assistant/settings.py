"""Settings, read once, in `opening`: environment variables `PLAINCLAUSE_...` and command-line options."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
BUNDLED = ROOT / "corpus" / "policies"
_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?")


class Settings(BaseSettings):
    """Everything a person can set. `PLAINCLAUSE_POLICIES=/srv/policies` sets `policies`, and so on."""

    model_config = SettingsConfigDict(env_prefix="PLAINCLAUSE_", frozen=True, extra="ignore")

    policies: Path = Field(default=BUNDLED, description="Folder of policies (.md, .txt).")
    data: Path = Field(
        default=ROOT / "var",
        description="Folder for what is built (the index) and what is kept (texts, drafts, the database).",
    )
    database: SecretStr | None = Field(
        default=None,
        description="postgresql://user:password@host/name; without it the server of PLAINCLAUSE_STORE, or a file in the data folder.",
    )
    encoders: Path | None = Field(
        default=None, description="Folder for compiled encoders, to be shared; without it one in the data folder."
    )
    encoder: str = Field(default="plainclause-minilm", description="sentence-transformers model, by name or path.")
    store: str = Field(
        default="faiss",
        repr=False,  # an address may hold a password
        description='What holds the index: "faiss" or "exact", in files, or the address of a PostgreSQL server with pgvector.',
    )
    reader_url: str | None = Field(
        default=None,
        description="Base URL of an OpenAI-compatible server whose model reads in place of the built-in reader.",
    )
    reader_model: str = Field(default="default", description="Name of that server's model.")
    reader_key: SecretStr | None = Field(default=None, description="Key for that server.")
    reader_timeout: float = Field(default=20.0, gt=0, le=300, description="Seconds to wait for it, for one question.")
    time_zone: str = Field(default="UTC", description="Time zone of times that are written without one: Europe/Berlin.")
    host: str = Field(default="127.0.0.1", description="Address the web server listens on.")
    port: int = Field(default=7860, ge=0, le=65535, description="Port the web server listens on.")
    workers: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Processes of the web server; each listens on a port of its own, from that on.",
    )
    root_path: str = Field(
        default="",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description="Path below which a proxy shows the server, such as /privacy; empty: at the top.",
    )
    origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Origins whose pages may embed the chat and call the API, parted by spaces or commas."
    )
    desk_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Origins whose pages may show the desk in a frame, such as a ticket system's."
    )
    branding: Path | None = Field(
        default=None, description="A company's name, logo, colours, words and ways to a person: a TOML file."
    )
    desk_token: SecretStr | None = Field(default=None, description="Token that opens the desk and the metrics.")
    desk_user: str | None = Field(default=None, description="User name for the desk, with the password.")
    desk_password: SecretStr | None = Field(default=None, description="Password for the desk, with the user name.")
    inbox: bool = Field(default=False, description="Keep the questions that the policy does not answer, masked.")
    inbox_days: int = Field(default=30, ge=1, le=3_650, description="Days after which such a question is deleted.")
    requests_per_minute: int = Field(
        default=600, ge=0, description="Requests that one address may make a minute; 0: as many as it likes."
    )
    requests_at_once: int = Field(
        default=64, ge=1, description="Requests that a process works on at once, before more are turned away."
    )
    redis: SecretStr | None = Field(
        default=None,
        description="redis://host:6379 (or rediss://, unix://): where all processes count requests; without it each its own.",
    )

    @property
    def is_in_server(self) -> bool:
        """Whether a PostgreSQL server holds the index."""
        return self.store.startswith(("postgresql://", "postgres://"))

    @property
    def database_address(self) -> str | None:
        """The PostgreSQL server of what a company keeps: the one that is named, else the one that holds the index; None: a file."""
        if self.database is not None:
            return self.database.get_secret_value()
        return self.store if self.is_in_server else None

    @property
    def encoders_folder(self) -> Path:
        """The folder of compiled encoders and readers: the one that is set, else the data folder's own."""
        return self.encoders or self.data / "encoders"

    @property
    def branding_file(self) -> Path:
        """The branding file: the one that is set, else the data folder's own, which is there once `/admin/branding` wrote it."""
        return self.branding or self.data / "branding" / "branding.toml"

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f'"{name}" is no time zone; write one such as UTC or Europe/Berlin') from None

    @field_validator("origins", "desk_origins", mode="before")
    @classmethod
    def _parted(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("origins", "desk_origins")
    @classmethod
    def _plain(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f'"{origin}" is no origin; write scheme, host and port only: https://portal.example')
        return origins


def is_bundled(policies: Path) -> bool:
    """Whether a folder of policies is the bundled one, which the program never changes."""
    return policies.resolve() == BUNDLED.resolve()
