"""The encoder's adapter: low-rank updates of the upper half of all-MiniLM-L6-v2, so that a question lies near the clause
that answers it rather than near every clause that mentions the same thing; and a projection of token vectors, by which
each word of a question looks for its counterpart in the clause.

Low-rank adaptation after Hu et al., "LoRA" (2021), late interaction after Khattab and Zaharia, "ColBERT" (2020). Three
losses are added, all of them a softmax over the mean of the two likenesses (index/late_interaction.py has the second):
a question against the clauses of its own policy (the cases, and the questions about real policies and about single clauses of
them), and, within a batch, questions against clauses of the practice bank and statements against the quotes that ToS;DR's
reviewers approved for them. The lower layers stay as they
are, so their output is computed once for each text; this is what makes the training fit a small machine.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm, trange

from assistant.practices.bank import Bank
from benchmarks.training.cases import cases, shelf, split
from benchmarks.training.precision import quickest
from benchmarks.training.reader import policies as real_policies
from benchmarks.training.reader.data import about_clauses, about_policies, contrast
from benchmarks.training.tosdr import statements
from corpus.model import Policy
from index.build import embedded_text
from index.encoders.sentence_transformer import ADAPTER, BASE, SentenceTransformerEncoder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CPU = torch.device("cpu")
FROM_LAYER = 3  # of six; the layers below are left alone
RANK = 32
STEPS = 320
MOST_QUESTIONS, MOST_CLAUSES = 96, 240  # of a policy, a step
PAIRS = 32  # of the bank, and of ToS;DR, a step
LEARNING_RATE, WARM_UP = 5e-4, 20
TEMPERATURE = 0.05
PAIR_WEIGHT = 0.5
TOKEN_DIM = 96  # length of a token's vector
TOGETHER = 48  # texts that are read at a time
LONGEST = 96  # tokens; longer texts are cut, in training only
_LINEARS = re.compile(
    r"(?:attention\.self\.(?:query|key|value)|attention\.output\.dense|intermediate\.dense|output\.dense)$"
)


Question = tuple[str, frozenset[int]]  # and the numbers of the clauses that answer it


class Read(NamedTuple):
    """Some texts, with gradients: `vectors` (texts, dim) and `tokens` (texts, longest, TOKEN_DIM) of unit length, `kept`
    (texts, longest) 1 where a token is and 0 where none is."""

    vectors: Tensor
    tokens: Tensor
    kept: Tensor


class LowRank(nn.Module):
    """A linear layer with a low-rank update: W + up @ down."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(torch.randn(RANK, linear.in_features) / math.sqrt(linear.in_features))
        self.up = nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, states: Tensor) -> Tensor:
        """As the linear layer, with the update added."""
        updated: Tensor = self.linear(states) + functional.linear(functional.linear(states, self.down), self.up)
        return updated


class Adapted:
    """The bundled model, its upper layers with updates to learn; texts are kept as the lower layers leave them."""

    def __init__(self, model: SentenceTransformer) -> None:
        transformer: Any = model[0]
        self._tokenizer, self._bert = transformer.tokenizer, transformer.auto_model
        self._bert.requires_grad_(False)
        self.updates: dict[str, LowRank] = {}
        for number, layer in enumerate(self._bert.encoder.layer):
            if number >= FROM_LAYER:
                for name, linear in [(n, m) for n, m in layer.named_modules() if _LINEARS.search(n)]:
                    parent, _, last = name.rpartition(".")
                    self.updates[f"encoder.layer.{number}.{name}"] = update = LowRank(linear)
                    setattr(layer.get_submodule(parent), last, update)
        width = int(self._bert.config.hidden_size)
        # Rows at right angles: at first, likeness of projected vectors is likeness of the vectors themselves.
        self.projection = nn.Parameter(torch.linalg.qr(torch.randn(width, TOKEN_DIM))[0].T.contiguous())
        self._states: dict[str, Tensor] = {}

    def parameters(self) -> list[nn.Parameter]:
        """What is learned."""
        updates = [weight for update in self.updates.values() for weight in (update.down, update.up)]
        return [*updates, self.projection]

    @torch.inference_mode()
    def prepare(self, texts: Iterable[str]) -> None:
        """Pass texts through the lower layers, once for each."""
        new = sorted({text for text in texts if text not in self._states}, key=len)
        for at in trange(0, len(new), 64, desc="lower layers", unit="batch", leave=False):
            batch = new[at : at + 64]
            tokens = self._tokenizer(batch, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
            states = self._bert.embeddings(tokens["input_ids"])
            mask = _spread(tokens["attention_mask"])
            for layer in self._bert.encoder.layer[:FROM_LAYER]:
                states = layer(states, mask)
            lengths = tokens["attention_mask"].sum(dim=1).tolist()
            for text, length, state in zip(batch, lengths, states, strict=True):
                self._states[text] = state[:length].half()

    def read(self, texts: Sequence[str]) -> Read:
        """Read texts that were prepared; those of like length together, so that little of it is padding."""
        order = sorted(range(len(texts)), key=lambda at: len(self._states[texts[at]]))
        longest = len(self._states[texts[order[-1]]])
        parts = [
            self._read_together([texts[at] for at in order[first : first + TOGETHER]], longest)
            for first in range(0, len(order), TOGETHER)
        ]
        back = torch.tensor(order).argsort()
        return Read(*(torch.cat(each)[back] for each in zip(*parts, strict=True)))

    def _read_together(self, texts: Sequence[str], longest: int) -> Read:
        parts = [self._states[text].float().clone() for text in texts]
        states = nn.utils.rnn.pad_sequence(parts, batch_first=True)
        lengths = torch.tensor([len(state) for state in parts])
        kept = (torch.arange(states.shape[1])[None, :] < lengths[:, None]).float()
        mask = _spread(kept)
        for layer in self._bert.encoder.layer[FROM_LAYER:]:
            states = layer(states, mask)
        states = states.float()
        pooled = (states * kept[:, :, None]).sum(dim=1) / lengths[:, None]
        tokens = functional.normalize(functional.linear(states, self.projection).float(), dim=2)
        room = longest - states.shape[1]
        return Read(
            functional.normalize(pooled, dim=1),
            functional.pad(tokens, (0, 0, 0, room)),
            functional.pad(kept, (0, room)),
        )

    def save(self, path: Path) -> None:
        """Write the updates, in half precision."""
        weights = {"projection": self.projection.detach().half().contiguous()}
        for name, update in self.updates.items():
            weights[f"{name}.down"] = update.down.detach().half().contiguous()
            weights[f"{name}.up"] = update.up.detach().half().contiguous()
        save_file(weights, path)


def train(data: Path, bank: Bank, out: Path = ADAPTER) -> dict[str, Any]:
    """Train the adapter and write it; how much it was trained on.

    Args:
        data: the folder that holds `tosdr/quotes.jsonl` and the real policies.

    Raises:
        BadTrainingData: a real policy is missing or another.
    """
    torch.manual_seed(0)
    torch.use_deterministic_algorithms(True)
    drawn = random.Random(0)
    companies = shelf()
    invented = [_questions_and_clauses(companies[name]) for name in split().learn]
    real = _real(data)
    entries = [(practice.questions, practice.clauses) for practice in bank.practices]
    points = statements(data)
    model = Adapted(SentenceTransformerEncoder(BASE).model)
    model.prepare(
        text for asked, clauses in [*invented, *real] for text in [*clauses, *(question for question, _ in asked)]
    )
    model.prepare(text for questions, clauses in entries for text in (*questions, *clauses))
    model.prepare(text for point in points for text in (point.said, point.quote))

    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=0.01)
    turns, quotes = (_rounds(invented, drawn), _rounds(real, drawn)), _rounds(points, drawn)
    for step in trange(STEPS, desc="training", unit="step"):
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1.0, (step + 1) / WARM_UP) * (1 + math.cos(math.pi * step / STEPS)) / 2
        optimizer.zero_grad()
        losses = []
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=quickest(_CPU) is torch.bfloat16):
            chosen = [next(quotes) for _ in range(PAIRS)]
            pairs = [(statement.said, statement.quote) for statement in chosen]
            losses.append(_backward(PAIR_WEIGHT * _contrast(model, pairs, [statement.kind for statement in chosen])))
            numbers = drawn.sample(range(len(entries)), PAIRS)
            pairs = [(drawn.choice(entries[at][0]), drawn.choice(entries[at][1])) for at in numbers]
            losses.append(_backward(PAIR_WEIGHT * _contrast(model, pairs, [str(at) for at in numbers])))
            losses += [_backward(_within_policy(model, *_some(next(turn), drawn))) for turn in turns]
        optimizer.step()
        if (step + 1) % 10 == 0:
            tqdm.write(f"step {step + 1}: {' '.join(f'{loss:.2f}' for loss in losses)}")
    model.save(out)
    return {
        "policies": len(invented) + len(real),
        "questions": sum(len(asked) for asked, _ in [*invented, *real]),
        "practices": len(entries),
        "statements": len(points),
        "steps": STEPS,
    }


def _real(data: Path) -> list[tuple[list[Question], list[str]]]:
    """The real policies that are learned from: their questions and clauses."""
    asked: dict[str, list[Question]] = {}
    opened = real_policies.shelf(data)
    split = real_policies.split()
    for each in (*about_policies(opened, split), *about_clauses(opened, split), *contrast(data, opened, split)):
        if each.policy is not None and each.clauses and not each.held:
            asked.setdefault(each.policy.id, []).append((each.question, frozenset(each.clauses)))
    return [
        (questions, [embedded_text(opened[name], clause) for clause in opened[name].clauses])
        for name, questions in asked.items()
    ]


def _some(policy: tuple[list[Question], list[str]], drawn: random.Random) -> tuple[list[Question], list[str]]:
    """Some of a policy's questions, and of a long one's clauses those that answer them and some others."""
    asked, clauses = policy
    few = drawn.sample(asked, min(len(asked), MOST_QUESTIONS))
    if len(clauses) <= MOST_CLAUSES:
        return few, clauses
    answering = sorted(set().union(*(numbers for _, numbers in few)))
    others = [number for number in range(len(clauses)) if number not in set(answering)]
    kept = [*answering, *drawn.sample(others, max(MOST_CLAUSES - len(answering), 0))]
    place = {number: at for at, number in enumerate(kept)}
    return [(question, frozenset(place[n] for n in numbers)) for question, numbers in few], [clauses[n] for n in kept]


def _questions_and_clauses(policy: Policy) -> tuple[list[Question], list[str]]:
    asked = [(case.golden.question, case.answers) for case in cases(policy) if case.answers]
    return asked, [embedded_text(policy, clause) for clause in policy.clauses]


def _scores(asked: Read, said: Read) -> Tensor:
    """The mean of cosine and late interaction of each question with each clause: (questions, clauses)."""
    questions, longest, dim = asked.tokens.shape
    likeness = asked.tokens.reshape(-1, dim) @ said.tokens.reshape(-1, dim).T
    likeness = likeness.view(questions, longest, *said.kept.shape) - 4.0 * (1.0 - said.kept)
    late = (likeness.amax(dim=3) * asked.kept[:, :, None]).sum(dim=1) / asked.kept.sum(dim=1)[:, None]
    return (asked.vectors @ said.vectors.T + late) / 2


def _within_policy(model: Adapted, asked: Sequence[Question], clauses: Sequence[str]) -> Tensor:
    """How improbable the clauses that answer are among all clauses of the policy."""
    scores = _scores(model.read([question for question, _ in asked]), model.read(clauses)) / TEMPERATURE
    right = torch.zeros_like(scores, dtype=torch.bool)
    for row, (_, numbers) in enumerate(asked):
        right[row, sorted(numbers)] = True
    return (scores.logsumexp(dim=1) - scores.masked_fill(~right, -1e4).logsumexp(dim=1)).mean()


def _contrast(model: Adapted, pairs: Sequence[tuple[str, str]], names: Sequence[str]) -> Tensor:
    """How improbable each pair is among those of the batch, both ways; pairs of one name do not count against another."""
    scores = _scores(model.read([left for left, _ in pairs]), model.read([right for _, right in pairs])) / TEMPERATURE
    alike = torch.tensor([[one == other and i != j for j, other in enumerate(names)] for i, one in enumerate(names)])
    scores = scores.masked_fill(alike, -1e4)
    target = torch.arange(len(pairs))
    return (functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)) / 2


def _backward(loss: Tensor) -> float:
    loss.backward()  # type: ignore[no-untyped-call]
    return float(loss.detach())


def _rounds(items: Sequence[Any], drawn: random.Random) -> Iterator[Any]:
    """The items in random order, again and again."""
    while True:
        yield from drawn.sample(items, len(items))


def _spread(mask: Tensor) -> Tensor:
    """An attention mask as the layers of the model take it: 0 where a token is, very negative where none is."""
    return (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
