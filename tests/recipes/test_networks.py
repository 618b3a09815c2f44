"""The convolutional, the recurrent and the attentive network: real data, both backends, bad input.

Accuracies are those of examples that were held out.
"""

import pickle

import numpy as np
import pytest

import dlcore.reference as reference
from dlcore import data
from dlcore.recipes.transformer import positions

from .kinds import array
from .small import LSTM, RECIPES, TEN, attentive, convolutional, digits, recurrent


@pytest.mark.parametrize(
    "name, epochs, least", [("convolutional", 15, 0.97), ("recurrent", 15, 0.95)]
)
def test_digits(make, name, epochs, least):
    train_and_check(make, name, epochs, least)


def test_digits_by_attention(make):
    train_and_check(make, "attentive", 15, 0.95)


def train_and_check(make, name, epochs, least):
    train, form = RECIPES[name]
    X, y, valid_X, valid_y = digits()
    model = train(make(form(X)), make(y), epochs=epochs)
    answer = model.predict(make(form(valid_X)))
    assert type(answer) is type(make(X)) and tuple(answer.shape) == (len(valid_y), 10)
    assert array(answer).dtype == np.float32 and not model.training
    np.testing.assert_allclose(array(answer).sum(1), 1, atol=1e-5)
    assert (array(answer).argmax(1) == valid_y).mean() >= least


def test_even_or_odd_is_one_unit_with_a_sigmoid(make):
    X, y, valid_X, valid_y = digits()
    layers = [dict(units=32, activation="relu"), dict(units=1, activation="sigmoid")]
    model = convolutional(make(X), make(y % 2), epochs=12, fc_layers=layers)
    answer = array(model.predict(make(valid_X)))
    assert answer.shape == (len(valid_y), 1) and 0 <= answer.min() and answer.max() <= 1
    assert ((answer[:, 0] > 0.5) == valid_y % 2).mean() >= 0.95


def windows(characters, stride):
    """Eight characters of Python's help and the one that follows: to train on and held out."""
    text = data.python_topics(characters)
    train, valid = (part.windows(8, stride=stride) for part in text.split(0.9))
    return len(text.vocabulary), train, valid


def guess_from_the_last(V, train, valid, what):
    """The accuracy of answering what most often followed the last character."""
    counts = np.zeros((V, V))
    np.add.at(counts, (train.X[:, -1], what(train.y)), 1)
    return (counts.argmax(1)[valid.X[:, -1]] == what(valid.y)).mean()


def test_the_recurrent_network_reads_text(make):
    """The next character: at least 40 %, and 12 % more than the last character alone tells."""
    V, train, valid = windows(100_000, 9)
    model = recurrent(
        make(train.X),
        make(train.y),
        epochs=3,
        input_shape=(None, V, 16, 8),
        rnn_layers=dict(units=64, activation="tanh"),
        fc_layers=[dict(units=V, activation="softmax")],
    )
    accuracy = (array(model.predict(make(valid.X))).argmax(1) == valid.y).mean()
    assert accuracy >= 0.40
    assert accuracy >= 0.12 + guess_from_the_last(V, train, valid, lambda y: y)


def test_the_transformer_reads_text(make):
    """Whether the next character is a letter: at least 80 %, more than the last one tells."""
    V, train, valid = windows(100_000, 9)
    letter = np.array([character.isalpha() for character in train.target_names])
    model = attentive(
        make(train.X),
        make(letter[train.y].astype(np.int64)),
        epochs=4,
        input_shape=(None, V, 32, 8),
        transformer_layers=[dict(num_heads=4, key_dim=8, units=64, activation="relu")],
        fc_layers=[dict(units=1, activation="sigmoid")],
    )
    accuracy = ((array(model.predict(make(valid.X)))[:, 0] > 0.5) == letter[valid.y]).mean()
    assert accuracy >= 0.80
    assert accuracy >= 0.02 + guess_from_the_last(V, train, valid, lambda y: letter[y].astype(int))


def test_the_same_seed_gives_the_same_network_on_both_backends(recipe, torch):
    train, form = recipe
    X, y, valid_X, _ = digits()
    X, valid_X = (form(a[:300].astype(np.float64)) for a in (X, valid_X))
    answers = [
        array(train(make(X), make(y[:300]), epochs=2, seed=3).predict(make(valid_X)))
        for make in (np.asarray, reference.tensor, torch.tensor)
    ]
    assert answers[0].dtype == np.float64
    np.testing.assert_array_equal(answers[0], answers[1])
    np.testing.assert_allclose(answers[0], answers[2], atol=1e-7)
    other = train(X, y[:300], epochs=2, seed=4).predict(valid_X)
    assert np.abs(other - answers[0]).max() > 0.01


def test_the_same_gradients_as_torch(recipe, torch):
    train, form = recipe
    X, y, _, _ = digits()
    X, y = form(X[:20].astype(np.float64)), y[:20]
    ours, theirs = (train(tensor(X), tensor(y)) for tensor in (reference.tensor, torch.tensor))
    state = {k: reference.tensor(v.numpy()) for k, v in theirs.state_dict().items()}
    ours.load_state_dict(state)
    for backend, model in ((reference, ours), (torch, theirs)):
        model.train().zero_grad()
        logits = model(backend.tensor(X))
        backend.nn.functional.cross_entropy(logits, backend.tensor(y)).backward()
    for (name, p), q in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(
            p.grad.numpy(), q.grad.numpy(), rtol=1e-9, atol=1e-11, err_msg=name
        )


def test_a_network_pickles_and_its_inputs_stay(recipe, make):
    train, form = recipe
    X, y, _, _ = digits()
    X, y = form(X[:40]), y[:40]
    before = X.copy()
    model = train(make(X), make(y))
    answer = array(model.predict(make(X)))
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(array(again.predict(make(X))), answer)
    np.testing.assert_array_equal(X, before)
    assert len(model.history) == 1 or model.history


def test_without_a_last_activation_predict_gives_logits(make):
    X, y, _, _ = digits()
    X, y = X[:64], y[:64]
    layers = [dict(units=10, activation=None)]
    logits = array(convolutional(make(X), make(y), fc_layers=layers).predict(make(X)))
    assert logits.min() < 0
    softmax = array(convolutional(make(X), make(y), fc_layers=TEN).predict(make(X)))
    e = np.exp(logits)
    np.testing.assert_allclose(softmax, e / e.sum(1, keepdims=True), rtol=1e-4, atol=1e-7)


def test_several_questions_about_one_example(make):
    X, y, _, _ = digits()
    questions = np.stack([y % 2, y > 4], axis=1)
    layers = [dict(units=2, activation="sigmoid")]
    model = convolutional(make(X), make(questions), epochs=4, fc_layers=layers)
    assert ((array(model.predict(make(X))) > 0.5) == questions).mean() >= 0.9


def test_lstms_one_above_the_other():
    X, y, _, _ = digits()
    model = recurrent(X[:32, 0], y[:32], rnn_layers=[LSTM, dict(units=8, activation="tanh")])
    assert [lstm.hidden_size for lstm in model.recurrent] == [32, 8]
    assert model.predict(X[:5, 0]).shape == (5, 10)


def test_the_order_of_the_time_steps_counts(recipe):
    """The article's Transformer would not notice, having no positions."""
    train, form = recipe
    X, y, _, _ = digits()
    model = train(form(X[:64]), y[:64])
    assert np.abs(model.predict(form(X[:8])) - model.predict(form(X[:8, :, ::-1]))).max() > 1e-3


def test_positions_are_the_papers():
    waves = positions(5, 6)
    assert waves.shape == (5, 6)
    np.testing.assert_array_equal(waves[0], [0, 1, 0, 1, 0, 1])
    np.testing.assert_allclose(
        waves[3, 2:4], [np.sin(3 / 10000 ** (1 / 3)), np.cos(3 / 10000 ** (1 / 3))]
    )


@pytest.mark.cuda
def test_on_a_gpu(recipe):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    if not torch.cuda.is_available():
        pytest.skip("no GPU that torch can use")
    train, form = recipe
    X, y, _, _ = digits()
    X, y = (torch.tensor(a, device="cuda") for a in (form(X[:64]), y[:64]))
    model = train(X, y)
    assert model.predict(X).device.type == "cuda"
    np.testing.assert_allclose(
        model.predict(X).cpu().numpy(), train(X.cpu(), y.cpu()).predict(X.cpu()).numpy(), atol=1e-3
    )
