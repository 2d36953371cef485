"""An encoder on its way to another machine: a compiled one as its files, so that nothing is compiled or installed for it there."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from assistant.errors import ClusterUnusable
from index.encoders.base import Encoder
from index.encoders.compiled import CARD, CompiledEncoder, EncoderCard


@dataclass(frozen=True, slots=True)
class CarriedEncoder:
    """What another process needs to open the encoder of this one; `files` are those of a compiled one, by name."""

    name: str
    sha256: str
    form: str
    files: dict[str, bytes]

    @classmethod
    def of(cls, encoder: Encoder) -> Self:
        """Take up an encoder."""
        files = {}
        if isinstance(encoder, CompiledEncoder):
            card = EncoderCard.model_validate_json((encoder.folder / CARD).read_bytes())
            files = {name: (encoder.folder / name).read_bytes() for name in (CARD, *card.files)}
        return cls(encoder.name, encoder.sha256, encoder.form, files)

    def opened(self) -> Encoder:
        """The encoder, which uses one core: there are as many processes as cores.

        Raises:
            ClusterUnusable: what is installed here makes another encoder of it.
            EncoderUnavailable (index.errors).
        """
        found = self._compiled() if self.files else self._installed()
        if (found.name, found.sha256, found.form) != (self.name, self.sha256, self.form):
            raise ClusterUnusable(
                f'a node has another encoder "{found.name}" ({found.sha256[:8]}, {found.form}) than the machine that asked '
                f"({self.sha256[:8]}, {self.form}); install the same version of plainclause and of the encoder on every node"
            )
        return found

    def _compiled(self) -> Encoder:
        with tempfile.TemporaryDirectory(prefix="plainclause-encoder-") as name:
            folder = Path(name)
            for file, data in self.files.items():
                (folder / file).write_bytes(data)
            encoder = CompiledEncoder(folder, EncoderCard.model_validate_json(self.files[CARD]), threads=1)
            encoder.encode(["Loaded now, since its files go."])
        return encoder

    def _installed(self) -> Encoder:
        from index.encoders.hashing import HashingEncoder

        if self.name == HashingEncoder().name:
            return HashingEncoder()
        from index.encoders.sentence_transformer import SentenceTransformerEncoder

        return SentenceTransformerEncoder(self.name)
