"""Small networks for the digits, made by the three recipes that train one."""

from dlcore import data
from dlcore.recipes import (
    convolutional_neural_network,
    recurrent_neural_network,
    transformer,
)

TEN = [dict(units=10, activation="softmax")]
CONV = [dict(filters=16, kernel_size=3, activation="relu", pool_size=2)]
LSTM = dict(units=32, activation="tanh")
ATTENTION = [dict(num_heads=4, key_dim=8, units=64, activation="gelu")] * 2


def digits():
    train, valid = data.split(data.digits(images=True), seed=0, stratified=True)
    return train.X, train.y, valid.X, valid.y


def convolutional(X, y, epochs=1, seed=0, **change):
    options = dict(
        input_shape=(1, 8, 8),
        conv_layers=CONV,
        fc_layers=[dict(units=32, activation="relu"), *TEN],
        batch_size=32,
        epochs=epochs,
        learning_rate=0.005,
        seed=seed,
    )
    return convolutional_neural_network(X, y, **options | change)


def recurrent(X, y, epochs=1, seed=0, **change):
    options = dict(
        input_shape=(None, 8, 16, 8),
        rnn_layers=LSTM,
        fc_layers=TEN,
        batch_size=64,
        epochs=epochs,
        learning_rate=0.01,
        seed=seed,
    )
    return recurrent_neural_network(X, y, **options | change)


def attentive(X, y, epochs=1, seed=0, **change):
    options = dict(
        input_shape=(None, 8, 32, 8),
        transformer_layers=ATTENTION,
        fc_layers=TEN,
        batch_size=64,
        epochs=epochs,
        learning_rate=0.005,
        seed=seed,
    )
    return transformer(X, y, **options | change)


# name: (recipe, what it makes of images (N, 1, 8, 8))
RECIPES = {
    "convolutional": (convolutional, lambda X: X),
    "recurrent": (recurrent, lambda X: X[:, 0]),  # the rows of the image, one after the other
    "attentive": (attentive, lambda X: X[:, 0]),
}
