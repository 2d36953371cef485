"""A sentence-transformers model -> one compiled for serving: exported by torch's own exporter, with a second
form in 8 bits for questions, both optimised by ONNX Runtime and checked against the original on fixed texts."""

from __future__ import annotations

import contextlib
import io
import logging
import shutil
import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import onnx

from corpus.atomic_files import write_whole
from corpus.errors import first_line
from index.encoders.base import Embedding
from index.encoders.compiled import (
    CARD,
    CLAUSES,
    INPUTS,
    QUESTIONS,
    TOKENIZER,
    Agreement,
    CompiledEncoder,
    EncoderCard,
)
from index.encoders.onnx_runtime import onnxruntime
from index.encoders.sentence_transformer import SentenceTransformerEncoder
from index.errors import CannotCompile
from index.library_versions import library_versions
from index.stored_files import StoredFile, stored_files

# Below the first an export is refused; below the second questions go to the model as it is.
LOWEST_COSINE, LOWEST_COSINE_INT8 = 0.9999, 0.995
# One scale and offset for every 32 weights, and for every 32 activations of one token: a text's vector does not depend on
# what else is in the batch, as it does where a whole batch shares one scale.
_BLOCK = 32
_OPSET = 20
_LIBRARIES = ("torch", "transformers", "sentence-transformers", "onnx", "onnxscript", "onnxruntime", "tokenizers")
# Short, long, empty, upper case, other letters, more than a model reads: whatever a tokenizer may do differently.
TEXTS = (
    "Is my card number shared?",
    "IS IT ENCRYPTED",
    "why?",
    "",
    " \n\t ",
    "How do I stop marketing e-mails, and who gets my address?",
    "We may share your information (name, e-mail address, IP address) with our service providers.",
    "Cookies: We don’t set cookies – unless you’ve agreed…",
    "Möchten Sie Ihre Daten löschen? 我们会共享您的数据吗？ Σας πουλάμε; 😀",
    "https://example.com/privacy?policy=1&lang=en_GB#section-2.3",
    "Retention: " + "We keep records of each call for as long as the law of the country requires it. " * 4,
    "Whatever it is, it is far too long. " * 200,
)


def compile_encoder(original: SentenceTransformerEncoder, folder: Path) -> CompiledEncoder:
    """Compile an encoder into a folder of its own under `folder`, named for its weights; one that is there is replaced.

    Raises:
        CannotCompile: the model is of a kind that cannot be exported, or its export does not agree with it.
        EncoderUnavailable: the original cannot be loaded.
    """
    model = original.model
    tokenizer = getattr(getattr(model, "tokenizer", None), "backend_tokenizer", None)
    if tokenizer is None:
        raise CannotCompile(f'encoder "{original.name}" has no tokenizer of the "tokenizers" library')
    if any(model.prompts.values()):
        raise CannotCompile(f'encoder "{original.name}" puts prompts before its texts')
    folder.mkdir(parents=True, exist_ok=True)
    work = folder / f".{uuid4().hex}"
    work.mkdir()
    try:
        try:
            _export(original, work)
        except Exception as error:  # whatever the exporter raises, the original still serves
            raise CannotCompile(f'encoder "{original.name}" cannot be exported ({first_line(error)})') from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(model.max_seq_length)
        tokenizer.save(str(work / TOKENIZER))
        card = EncoderCard(
            name=original.name,
            sha256=original.sha256,
            dim=original.dim,
            questions="int8",
            made_with=library_versions(_LIBRARIES),
            made_at=datetime.now(UTC),
            sources={str(path): StoredFile.of(path) for path in original.sources},
            files=stored_files(work),
        )
        own, made = original.encode(TEXTS), CompiledEncoder(work, card)
        clauses, questions = agreement(own, made.encode(TEXTS)), agreement(own, made.encode_questions(TEXTS))
        if clauses.lowest < LOWEST_COSINE:
            raise CannotCompile(
                f'encoder "{original.name}" gives other vectors when compiled (cosine {clauses.lowest:.4f})'
            )
        card = card.model_copy(update={"agreement": {"clauses": clauses, "questions": questions}})
        if questions.lowest < LOWEST_COSINE_INT8:
            for path in work.glob(f"{Path(QUESTIONS).stem}.*"):
                path.unlink()
            card = card.model_copy(update={"questions": "float32", "files": stored_files(work)})
        write_whole(work / CARD, card.model_dump_json(indent=1))
        final = folder / original.sha256[:16]
        shutil.rmtree(final, ignore_errors=True)
        work.rename(final)
        return CompiledEncoder(final, card)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def agreement(originals: Sequence[Embedding], others: Sequence[Embedding]) -> Agreement:
    """How near two encoders' embeddings of the same texts are; a text cut into other tokens agrees in nothing."""
    cosines = [float(one.vector @ other.vector) for one, other in zip(originals, others, strict=True)]
    tokens = [
        0.0 if one.tokens.shape != other.tokens.shape else float((one.tokens * other.tokens).sum(axis=1).min())
        for one, other in zip(originals, others, strict=True)
        if one.tokens is not None and other.tokens is not None
    ]
    return Agreement(
        texts=len(cosines), lowest_cosine=min(cosines), lowest_token_cosine=min(tokens) if tokens else None
    )


def _export(original: SentenceTransformerEncoder, folder: Path) -> None:
    """Write the model with its weights beside it, optimised: what is read from disk is what runs."""
    import torch
    from torch.export import Dim

    exported, quantized = folder / "exported.onnx", folder / "quantized.onnx"
    given = original.model.preprocess(["Two texts of unlike length.", "One."])
    shape = {0: Dim("texts"), 1: Dim("tokens")}
    with quietly(), torch.inference_mode():
        program: Any = torch.onnx.export(
            original.module,
            tuple(given[name] for name in INPUTS),
            dynamo=True,
            input_names=list(INPUTS),
            dynamic_shapes=(shape, shape),
            opset_version=_OPSET,
            external_data=False,
        )
        program.save(str(exported))
        from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

        quantizer = MatMulNBitsQuantizer(
            onnx.load(exported), bits=8, block_size=_BLOCK, is_symmetric=False, accuracy_level=4
        )
        quantizer.process()
        quantizer.model.save_model_to_file(str(quantized))
    for source, target in ((exported, CLAUSES), (quantized, QUESTIONS)):
        optimise(source, folder / target)
        source.unlink()


def optimise(source: Path, target: Path) -> None:
    """Write a model as ONNX Runtime would run it, the weights beside it, so that they are mapped into memory and not
    copied there."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    options.add_session_config_entry(
        "session.optimized_model_external_initializers_file_name", f"{target.stem}.weights"
    )
    options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    options.log_severity_level = 3
    onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Without the running commentary of exporter and quantiser, one of which sets up logging for everybody when it is
    imported: what goes wrong is raised."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
        root.setLevel(level)
        root.handlers[:] = handlers
