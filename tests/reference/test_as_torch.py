"""A program that says ``import torch`` runs on the reference, and another torch comes back."""

import subprocess
import sys

import pytest

import dlcore.reference as ref
from dlcore.reference.as_torch import as_torch

PROGRAM = """
import sys
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch import Tensor
from torch.autograd import Variable
from torch.nn.parameter import Parameter
from torch.nn.utils.rnn import pad_sequence
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset
import helper

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.backends.cudnn.benchmark = True
torch.manual_seed(1)
net = nn.Sequential(nn.Linear(3, 1)).to(device)
x = torch.randn(64, 3, device=device)
y = x @ torch.tensor([[1.0], [-2.0], [3.0]])
optimizer = optim.SGD(net.parameters(), lr=0.1)
for epoch in range(20):
    for a, b in DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True):
        optimizer.zero_grad()
        loss = F.mse_loss(net(a), b)
        loss.backward()
        optimizer.step()
print(torch.__name__, sys.argv[1:], loss.item() < 1e-3, helper.ANSWER)
"""


def run(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "dlcore.reference", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_script(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "helper.py").write_text("ANSWER = 42")
    done = run(tmp_path, "program.py", "--lr", "1")
    assert done.stdout == "dlcore.reference ['--lr', '1'] True 42\n", done.stderr


def test_a_script_that_is_not_there(tmp_path):
    assert "there is no program 'nothing.py'" in run(tmp_path, "nothing.py").stderr
    assert "usage:" in run(tmp_path).stderr


def test_what_is_outside_says_so(tmp_path):
    (tmp_path / "program.py").write_text("import torch.fx")
    assert "torch.fx is not in the reference backend's subset" in run(tmp_path, "program.py").stderr


def test_another_torch_comes_back(torch):
    with as_torch() as module:
        import torch as inside

        assert inside is module is ref
        with pytest.raises(ModuleNotFoundError, match="not in the reference"):
            import torch.sparse
    import torch as outside

    assert outside is torch
    assert sys.modules["torch.nn"] is torch.nn
