"""What the three recipes that train a network refuse, and what they say."""

import numpy as np
import pytest

import dlcore.reference as reference

from .small import ATTENTION, CONV, LSTM, attentive, convolutional, recurrent

IMAGES, ROWS, LABELS = np.ones((4, 1, 8, 8)), np.ones((4, 8, 8)), np.arange(4)
TOKENS = np.ones((4, 8), np.int64)


@pytest.mark.parametrize(
    "change, match",
    [
        (dict(X=np.ones((4, 8, 8, 1))), r"X should have .* = \(1, 8, 8\).*received \(4, 8, 8, 1\)"),
        (dict(X=np.ones((0, 1, 8, 8))), r"X holds no examples, received shape \(0, 1, 8, 8\)"),
        (dict(y=np.arange(3)), "X has 4 examples and y has 3"),
        (dict(y=np.array([0, 1, 2, 10])), "class numbers from 0 to 9.*received .* 0 to 10"),
        (dict(y=np.array([0, 1, 2, 0.5])), "class numbers from 0 to 9"),
        (dict(y=np.ones((4, 3))), r"y should have shape \(N,\), the classes, or \(N, 10\)"),
        (dict(y=np.ones((4, 10))), r"an example belongs to one class.*y.argmax\(1\)"),
        (dict(input_shape=(8, 8)), r"input_shape should be \(C, H, W\).*received \(8, 8\)"),
        (dict(conv_layers=[]), "conv_layers should be a list of dicts"),
        (dict(conv_layers=[dict(filters=1)]), r"conv_layers\[0\] should be .*received \['filters"),
        (dict(conv_layers=[CONV[0] | dict(filters=0)]), "'filters'.* should be at least 1"),
        (dict(conv_layers=[CONV[0] | dict(kernel_size=(1, 2, 3))]), "an int or a pair"),
        (dict(conv_layers=[CONV[0] | dict(activation="rel")]), "activation should be one of relu"),
        (dict(conv_layers=CONV * 2), r"conv_layers\[1\]: a kernel 3 x 3 .* an image of 3 x 3"),
        (dict(fc_layers=[dict(units=10, activation="relu")]), "last layer's activation.*'relu'"),
        (dict(fc_layers=[dict(units=1, activation="softmax")]), "softmax over 1 unit is always 1"),
        (dict(fc_layers=[dict(units=10, activation="sigmoid")]), "10 sigmoids answer 10 questions"),
        (dict(fc_layers=[dict(units=1, activation="sigmoid")]), "between 0 and 1.*0 to 3"),
        (dict(batch_size=0), "batch_size should be at least 1, received 0"),
        (dict(epochs=-1), "epochs should be at least 1, received -1"),
        (dict(learning_rate=-0.1), "learning_rate is a finite number .*received -0.1"),
        (dict(seed=-1), "seed should be an integer from 0 on"),
    ],
)
def test_what_does_not_fit_a_convolutional_network(change, match):
    with pytest.raises(ValueError, match=match):
        convolutional(**dict(X=IMAGES, y=LABELS) | change)


@pytest.mark.parametrize("train", [recurrent, attentive])
@pytest.mark.parametrize(
    "change, match",
    [
        (dict(X=ROWS[:, :7]), r"X should have shape \(N, 8, 8\).*received \(4, 7, 8\)"),
        (dict(X=TOKENS[:, :7]), r"whole numbers of shape \(N, 8\).*received shape \(4, 7\)"),
        (dict(X=8 * TOKENS), "tokens from 0 to 7, .*received numbers from 8 to 8"),
        (dict(input_shape=(8, 8)), r"input_shape should be \(N, V, D, T\).*received \(8, 8\)"),
        (dict(input_shape=(None, 8, 0, 8)), r"input_shape\[2\], the width, should be at least 1"),
    ],
)
def test_what_does_not_fit_a_network_for_sequences(train, change, match):
    with pytest.raises(ValueError, match=match):
        train(**dict(X=ROWS, y=LABELS) | change)


@pytest.mark.parametrize(
    "train, change, match",
    [
        (recurrent, dict(rnn_layers=LSTM | dict(activation="relu")), "should be 'tanh'.*'relu'"),
        (recurrent, dict(rnn_layers=dict(units=3)), r"rnn_layers\[0\] should be a dict with"),
        (attentive, dict(input_shape=(None, 8, 31, 8)), "should be even, received 31"),
        (attentive, dict(input_shape=(None, 8, 30, 8)), r"should be 30, .*received 4 \* 8"),
        (
            attentive,
            dict(transformer_layers=[ATTENTION[0] | dict(activation="tanh")]),
            r"transformer_layers\[0\]: activation should be 'relu' or 'gelu', received 'tanh'",
        ),
    ],
)
def test_layers_that_do_not_fit(train, change, match):
    with pytest.raises(ValueError, match=match):
        train(ROWS, LABELS, **change)


def test_kinds_and_numbers(recipe, torch):
    train, form = recipe
    X, y = form(IMAGES), LABELS
    with pytest.raises(TypeError, match=r"X and y should be of one kind, received X dlcore.*numpy"):
        train(reference.tensor(X), y)
    with pytest.raises(TypeError, match="of one kind"):
        train(torch.tensor(X), reference.tensor(y))
    with pytest.raises(TypeError, match="y should hold real numbers"):
        train(X, ["a", "b", "c", "d"])
    with pytest.raises(FloatingPointError, match="X holds numbers that are nan"):
        train(np.where(X == 1, np.nan, X), y)
    model = train(X, y)
    with pytest.raises(TypeError, match=r"X should be an array or a tensor of dlcore.reference"):
        model.predict(torch.tensor(X))
    with pytest.raises(ValueError, match="X should have shape"):
        model.predict(X[:, :0])
