"""dlcore.train comes without torch."""

import subprocess
import sys


def test_training_on_numpy_does_not_import_torch():
    program = """
import sys
import numpy as np
import dlcore, dlcore.data, dlcore.recipes
from dlcore.train import fit
backend = dlcore.get_backend("numpy")
model = backend.nn.Linear(1, 1)
X = np.ones((4, 1), np.float32)
fit(model, (X, X), steps=2, loss=backend.nn.MSELoss(),
    optimizer=backend.optim.SGD(model.parameters(), lr=0.1))
dlcore.recipes.gradient_descent(X, X, X[:1], 0.1, 2)
assert "torch" not in sys.modules and "sklearn" not in sys.modules
assert not any(m == "widgets" or m.startswith("widgets.") for m in sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
