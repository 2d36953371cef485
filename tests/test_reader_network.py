"""The network of the reader as it is trained, which is the one that is served: its losses, its batches, its steps."""

from __future__ import annotations

from itertools import chain, count

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from assistant.model import Outcome
from assistant.reading import graph
from assistant.reading.compiling import merged
from assistant.reading.exact_products import is_exact, probe
from assistant.reading.known_readings import CHECKED, EXPECTED
from benchmarks.training.precision import quickest
from benchmarks.training.reader import finish, groups, held_out, training
from benchmarks.training.reader.batches import batch, epoch
from benchmarks.training.reader.candidates import PASSAGES
from benchmarks.training.reader.learner import Learner
from benchmarks.training.reader.losses import Batch, loss
from benchmarks.training.reader.low_rank import LowRank, adapt
from benchmarks.training.reader.mean import mean
from benchmarks.training.reader.network import Judgement, ReaderNetwork
from benchmarks.training.reader.pairs import Pairs
from benchmarks.training.reader.training import LATE_FROM, LATE_RATE, LEAST_RATE, learn, rate

LAYERS, WIDTH, VOCABULARY = 2, 48, 200
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def one_thread():
    """So small products are waited for longer than they take where several threads share them."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def network():
    """A small network of random weights, of which a pair's judgement depends on its words."""
    torch.manual_seed(1)
    small = ReaderNetwork(LAYERS, WIDTH, VOCABULARY)
    with torch.no_grad():
        for name, weight in small.named_parameters():
            if weight.dim() == 2 and not name.startswith("positions"):
                weight.normal_(std=0.2 if name.startswith("layers") else 0.5)
    return small


def test_the_graph_that_is_served_computes_what_the_trained_network_does(network, tmp_path):
    graph.write(
        {name: weight.numpy() for name, weight in network.state_dict().items()},
        tmp_path / "reader.onnx",
        is_exact(probe()),
    )
    served = onnxruntime.InferenceSession(tmp_path / "reader.onnx", providers=["CPUExecutionProvider"])
    drawn = np.random.default_rng(0)
    ids = drawn.integers(3, VOCABULARY, (12, 40))
    mask = (np.arange(40)[None] < drawn.integers(5, 41, (12, 1))).astype(np.int64)
    told = [
        served.run(["probabilities", "meaning"], {"ids": row[: kept.sum()]})
        for row, kept in zip(ids, mask, strict=True)
    ]
    found, meaning = (np.stack(each) for each in zip(*told, strict=True))
    with torch.inference_mode():
        judgement = network(torch.from_numpy(ids), torch.from_numpy(mask))
        states, bias = network.embedded(torch.from_numpy(ids), torch.from_numpy(mask))
        for layer in network.layers:
            states = layer(states, bias)
    mean = [states[row, : mask[row].sum()].mean(dim=0).numpy() for row in range(len(ids))]
    assert np.abs(meaning - np.stack(mean)).mean() < 0.05 * np.abs(mean).mean()  # 8 bits
    answers = torch.sigmoid(judgement.answers)[:, None]
    expected = torch.cat([1 - answers, answers * torch.softmax(judgement.outcome, dim=1)], dim=1).numpy()
    assert expected[:, 0].std() > 0.1  # the pairs are told apart
    assert np.abs(found - expected).mean() < 0.01  # 8 bits
    assert np.abs(found - expected).max() < 0.05


def test_an_update_has_the_gradient_of_the_sum_that_it_stands_for():
    torch.manual_seed(0)
    linear = torch.nn.Linear(6, 5).requires_grad_(requires_grad=False)
    update = LowRank(linear, 2)
    with torch.no_grad():
        update.up.normal_()
    states = torch.randn(3, 4, 6, requires_grad=True)
    plain = linear(states) + states @ update.down.T @ update.up.T
    given = torch.randn(3, 4, 5)
    wanted = torch.autograd.grad(plain, [states, update.down, update.up], given)
    found = torch.autograd.grad(update(states), [states, update.down, update.up], given)
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other)
    with torch.no_grad():
        torch.testing.assert_close(update(states), plain)


def test_only_updates_and_heads_are_learned(network):
    learned = adapt(network, untouched=1, rank=4, kept_in=torch.bfloat16)
    assert network.layers[0].qkv.weight.dtype == torch.bfloat16
    assert {weight.dtype for weight in learned.values()} == {torch.float32}
    assert {name.rpartition(".")[0] for name in learned} == {
        *("hidden", "answers", "outcome"),
        *(f"layers.1.{name}" for name in ("qkv", "out", "inner", "outer")),
    }


@pytest.mark.parametrize(
    ("able", "kept_in"),
    [
        ({"avx512_bf16": True, "amx_bf16": False}, torch.bfloat16),
        ({"avx512_bf16": False, "amx_bf16": True}, torch.bfloat16),
        ({"avx512_bf16": False, "amx_bf16": False}, torch.float32),
        ({}, torch.float32),  # another kind of processor
    ],
)
def test_a_network_is_trained_in_the_numbers_that_its_processor_multiplies_quickly(able, kept_in, monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    assert quickest(CPU) is kept_in
    assert quickest(torch.device("cuda")) is torch.bfloat16


def test_losses_count_what_is_sure_and_unlabelled_for_little_and_order_a_questions_passages():
    def told(unverified, questions=(2,)):
        nothing, yes = [0.0] * 4, [1.0, 0.0, 0.0, 0.0]
        return Batch(
            ids=torch.zeros(2, 1),
            mask=torch.ones(2, 1),
            answers=torch.tensor([1.0, 0.0]),
            outcomes=torch.tensor([yes, nothing]),
            weights=torch.ones(2),
            unverified=torch.tensor([False, unverified]),
            questions=questions,
        )

    judged = Judgement(torch.tensor([1.0, 4.0]), torch.zeros(2, 4))
    assert loss(judged, told(unverified=True), doubting=True) < loss(judged, told(unverified=True), doubting=False) - 1
    assert loss(judged, told(unverified=False), doubting=True) == loss(judged, told(unverified=False), doubting=False)
    apart = loss(judged, told(unverified=False, questions=(1, 1)), doubting=False)
    ordered = loss(judged, told(unverified=False), doubting=False)
    assert float(ordered - apart) == pytest.approx(0.3 * (float(torch.logsumexp(judged.answers, 0)) - 1.0), abs=1e-5)
    known = Judgement(judged.answers, torch.tensor([[5.0, 0.0, 0.0, 0.0]] * 2))
    assert loss(known, told(unverified=False), doubting=False) < ordered


# ---- learning --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    vocabulary = {"<s>": 0, "<pad>": 1, "</s>": 2, "?": 3, **{f"w{number}": number for number in range(4, VOCABULARY)}}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="?"))  # noqa: S106
    tokenizer.pre_tokenizer = Whitespace()
    return Pairs(tokenizer.to_str().encode(), tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture
def every():
    """Questions whose passage answers where it holds the question's word."""
    rows = [
        [
            groups.Row(context="w9", text=f"w{7 + number} w5", outcomes=(Outcome.YES,), weight=1.0),
            groups.Row(context="", text=f"w{100 + number} w6", outcomes=(), weight=1.0),
            *(
                groups.Row(context="", text=f"w{60 + number + rank}", outcomes=(), weight=0.8, rank=rank)
                for rank in range(5)
            ),
        ]
        for number in range(30)
    ]
    return [
        groups.Group(
            source="policies",
            policy="x",
            question=f"w{7 + number}",
            outcomes=(Outcome.YES,),
            held=False,
            rows=tuple(each),
        )
        for number, each in enumerate(rows)
    ]


def test_an_epoch_is_the_same_for_the_same_seed_and_keeps_a_question_together(every, pairs):
    batches = epoch(every, pairs, "0 0", most=10)
    assert repr(batches) == repr(epoch(every, pairs, "0 0", most=10))
    assert repr(batches) != repr(epoch(every, pairs, "0 1", most=10))
    assert len([question for each in batches for question in each]) == len(every)
    use = groups.USES["policies"]
    for questions in batches:
        assert all(len(question) == 2 + use.found for question in questions)
        assert sum(map(len, questions[:-1])) < 10
        read = batch(questions, pairs, CPU)
        assert read.answers.tolist() == [1.0, 0.0, 0.0, 0.0] * len(questions)
        assert read.unverified.tolist() == [False, False, True, True] * len(questions)
        assert read.outcomes[0].tolist() == [1.0, 0.0, 0.0, 0.0]
        assert read.ids.shape == read.mask.shape
        assert read.questions == (4,) * len(questions)


def test_the_passage_that_is_least_like_the_question_is_read_now_and_then(every, pairs):
    least = groups.Row(context="", text="w190 w191", outcomes=(), weight=0.8, rank=PASSAGES)
    with_least = [each.model_copy(update={"rows": (*each.rows, least)}) for each in every]
    questions = [
        question for number in range(10) for each in epoch(with_least, pairs, str(number)) for question in each
    ]
    use = groups.USES["policies"]
    longer = [question for question in questions if len(question) == 3 + use.found]
    assert 0.5 * use.far < len(longer) / len(questions) < 1.5 * use.far
    assert all(len(question) in (2 + use.found, 3 + use.found) for question in questions)


def test_a_question_of_which_an_epoch_takes_no_passage_is_left_out_of_it(every, pairs):
    least = groups.Row(context="", text="w190 w191", outcomes=(), weight=0.8, rank=PASSAGES)
    alone = [each.model_copy(update={"rows": (least,)}) for each in every]
    taken = [question for number in range(10) for each in epoch(alone, pairs, str(number)) for question in each]
    assert 0 < len(taken) < 10 * len(every)
    assert all(len(question) == 1 for question in taken)


def test_in_the_last_part_sources_are_used_otherwise(every, pairs):
    bundled = [group.model_copy(update={"source": "bundled"}) for group in every]
    cases = [group.model_copy(update={"source": "cases"}) for group in every]
    asked = [
        [len(question) for each in epoch(some, pairs, "0 0", late=late) for question in each]
        for some, late in ((bundled, False), (bundled, True), (cases, False), (cases, True))
    ]
    assert [len(each) / len(every) for each in asked[:3]] == [1, 8, 1]
    assert 0.2 < len(asked[3]) / len(every) < 0.8


def test_the_rate_rises_and_falls_in_each_part():
    assert rate(0.0) == rate(LATE_FROM - 1e-9) == LEAST_RATE
    assert rate(LATE_FROM) == LATE_RATE * LEAST_RATE
    told = [rate(done / 1000) for done in range(1001)]
    assert 0.95 < max(told[: int(1000 * LATE_FROM)]) <= 1
    assert 0.95 < max(told[int(1000 * LATE_FROM) + 1 :]) / LATE_RATE <= 1
    assert told.index(max(told)) < 30


def test_ten_steps_make_the_loss_smaller(network, every, pairs):
    learner = Learner(network, CPU, untouched=1, rank=4)
    read = batch(epoch(every, pairs, "0 0")[0], pairs, CPU)
    costs = [learner.step(read, share=1.0, doubting=False) for _ in range(10)]
    assert costs[-1] < 0.9 * costs[0]


class Stopped(Exception):
    pass


def seconds(until=10**9):
    """A clock that says 0, then 0, 1, 2 ... with each look, and breaks off."""
    told = chain([0], count())

    def clock():
        second = next(told)
        if second > until:
            raise Stopped
        return float(second)

    return clock


def test_a_training_that_was_stopped_goes_on_to_the_same_weights(every, pairs, tmp_path, monkeypatch):
    epochs = []

    def recorded(*given, **how):
        epochs.append((given[2], how["late"]))
        return epoch(*given, **how)

    def learner():
        torch.manual_seed(3)
        return Learner(ReaderNetwork(LAYERS, WIDTH, VOCABULARY), CPU, untouched=1, rank=4)

    minutes = 12 / 60  # a step a second, of several epochs; the second in which the last part begins takes none
    monkeypatch.setattr(training, "epoch", recorded)
    whole, stopped, resumed = learner(), learner(), learner()
    assert learn(whole, every, pairs, minutes, tmp_path / "whole.pt", clock=seconds()) == 11
    assert epochs == [("0 0", False), ("0 1", False), ("0 2", False), ("0 3", False), ("0 4", True)]
    where = tmp_path / "stopped.pt"
    with pytest.raises(Stopped):
        learn(stopped, every, pairs, minutes, where, checkpoint_every=5, clock=seconds(until=7))
    assert learn(resumed, every, pairs, minutes, where, clock=seconds()) == 11
    for name, weight in whole.weights().items():
        np.testing.assert_array_equal(resumed.weights()[name], weight)
    assert any((stopped.weights()[name] != weight).any() for name, weight in whole.weights().items())


def named_as_published(network):
    """A network's weights by the names that the base is published with."""
    own = {name: weight.numpy() for name, weight in network.state_dict().items()}
    names = {"words": "word_embeddings", "positions": "position_embeddings", "norm": "LayerNorm"}
    found = {"encoder.relative_attention_bias.weight": own["distance.weight"]}
    layer = {"out": "attention.attn.o", "norm": "attention.LayerNorm", "inner": "intermediate.dense"}
    layer |= {"outer": "output.dense", "last_norm": "output.LayerNorm"}
    for name, weight in own.items():
        part, _, kind = name.rpartition(".")
        if part in names:
            found[f"embeddings.{names[part]}.{kind}"] = weight
        elif part.endswith("qkv"):
            theirs = part.replace("layers", "encoder.layer").replace("qkv", "attention.attn")
            found |= {f"{theirs}.{each}.{kind}": third for each, third in zip("qkv", np.split(weight, 3), strict=True)}
        elif part.startswith("layers"):
            _, number, own_name = part.split(".")
            found[f"encoder.layer.{number}.{layer[own_name]}.{kind}"] = weight
    return found


def test_what_is_written_is_what_was_learned_by_the_names_that_the_program_merges(network, every, pairs, tmp_path):
    published = named_as_published(network)
    torch.manual_seed(0)
    learner = Learner(ReaderNetwork.of(merged(published, {})), CPU, untouched=1, rank=4)
    for _ in range(3):
        learner.step(batch(epoch(every, pairs, "0 0")[0], pairs, CPU), share=1.0, doubting=False)
    finish.write(learner.weights(), published, pairs, tmp_path / "learned.safetensors")
    kept = load_file(tmp_path / "learned.safetensors")
    assert set(kept) == {*learner.learned, EXPECTED}
    assert kept["layers.1.qkv.up"].dtype == np.float16
    assert kept["layers.1.qkv.up"].any()
    served = ReaderNetwork.of(merged(published, kept))
    with torch.inference_mode():
        read = [pairs.batch([pairs.tokens(question, passage)]) for question, passage in CHECKED]
        said = [float(torch.sigmoid(served(*each).answers)) for each in read]
        learned = [float(torch.sigmoid(learner.judge(*each).answers)) for each in read]
    np.testing.assert_allclose(kept[EXPECTED], said, atol=1e-5)
    np.testing.assert_allclose(said, learned, atol=0.05)  # bfloat16


def test_a_training_that_goes_on_from_what_was_written_reads_as_before_and_learns(network, every, pairs, tmp_path):
    published = named_as_published(network)
    torch.manual_seed(0)
    before, after = (Learner(ReaderNetwork.of(merged(published, {})), CPU, untouched=1, rank=4) for _ in range(2))
    read = batch(epoch(every, pairs, "0 0")[0], pairs, CPU)
    for _ in range(3):
        before.step(read, share=1.0, doubting=False)
    finish.write(before.weights(), published, pairs, tmp_path / "learned.safetensors")
    learned = load_file(tmp_path / "learned.safetensors")
    after.take({name: torch.from_numpy(weight) for name, weight in learned.items()})
    with torch.inference_mode():
        for one, other in zip(before.judge(read.ids, read.mask), after.judge(read.ids, read.mask), strict=True):
            torch.testing.assert_close(one, other, atol=0.05, rtol=0)  # bfloat16, where a processor has it
    for _ in range(3):
        after.step(read, share=1.0, doubting=False)
    assert all((after.weights()[name] != learned[name]).any() for name in after.learned if name.endswith("up"))


def test_what_was_held_is_measured_as_counted_by_hand(network, every, pairs, monkeypatch):
    some = [groups.Group.model_validate({**group.model_dump(), "rows": group.rows[:3]}) for group in every[:2]]
    said = [
        [0.1, 0.8, 0, 0, 0.1],
        [0.2, 0, 0.8, 0, 0],
        [0.9, 0.1, 0, 0, 0],
        [0.6, 0.4, 0, 0, 0],
        [1, 0, 0, 0, 0],
        [0.3, 0.7, 0, 0, 0],
    ]
    monkeypatch.setattr(held_out, "probabilities", lambda *_: np.array(said, dtype=np.float32))
    # Labelled are the first two of each three: yes read as yes, nothing read as no; yes read as nothing, nothing as nothing.
    assert held_out.measures(Learner(network, CPU), some, pairs) == {
        "pairs": 4,
        "right": 0.5,
        "misled": 0.25,
        "first": 0.5,
    }


def test_the_mean_of_two_readers_is_the_mean_of_each_weight_but_not_of_what_is_expected():
    def weights(value: float, shape: tuple[int, int] = (2, 3)) -> dict[str, np.ndarray]:
        return {"a.up": np.full(shape, value, dtype=np.float32), EXPECTED: np.full(6, value, dtype=np.float32)}

    found = mean(weights(1.0), weights(0.0))
    assert set(found) == {"a.up"}
    assert found["a.up"].tolist() == [[0.5] * 3] * 2
    assert mean(weights(1.0), weights(0.0), share=0.25)["a.up"].tolist() == [[0.75] * 3] * 2
    with pytest.raises(ValueError, match="not hold the weights of one network"):
        mean(weights(1.0), weights(0.0, (3, 2)))
