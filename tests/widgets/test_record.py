"""The record of a run: columns that grow, their binary chunks, smoothing and thinning."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlcore.train import History
from widgets.record import RunRecord, Series, smooth, thin


def history(losses, validation=None, stopped="finished"):
    losses = np.asarray(losses, np.float64)
    steps = np.arange(1, len(losses) + 1, dtype=np.float64)
    rates = np.full(len(losses), 0.1)
    return History(steps, losses, rates, validation or {}, stopped, seconds=1.0, name="GD")


@given(st.lists(st.integers(0, 400), max_size=6))
def test_a_series_holds_what_was_appended_in_pieces_of_any_size(sizes):
    series, end = Series(), 0
    for size in sizes:
        steps = np.arange(end, end + size)
        series.extend(steps, steps / 7)
        end += size
    assert len(series) == end
    np.testing.assert_array_equal(series.step, np.arange(end))
    np.testing.assert_array_equal(series.loss, np.arange(end) / 7)


def test_columns_read_earlier_stay_as_they_were_when_the_series_grows():
    series = Series()
    series.extend([1, 2], [0.5, 0.25])
    before = series.loss
    series.extend(range(3, 1000), np.zeros(997))
    assert before.tolist() == [0.5, 0.25]


def test_a_chunk_holds_the_new_points_only():
    record = RunRecord("GD")
    record.train.extend([1, 2, 3], [0.5, 0.25, 1e300])
    record.validation.extend([3], [0.75])
    header, buffers = record.chunk(2, 0)
    assert header == {"train": {"from": 2}, "validation": {"from": 0}}
    columns = [np.frombuffer(buffer, np.float64).tolist() for buffer in buffers]
    assert columns == [[3.0], [1e300], [3.0], [0.75]]


def test_a_record_catches_up_with_the_history_and_repeats_nothing():
    record = RunRecord("GD")
    record.train.extend([1, 2], [0.5, 0.25])
    record.catch_up(history([0.5, 0.25, 0.125, np.nan], stopped="diverged"))
    assert record.train.step.tolist() == [1, 2, 3, 4]
    np.testing.assert_array_equal(record.train.loss, [0.5, 0.25, 0.125, np.nan])
    assert record.outcome == "diverged"


def test_smoothing_worked_by_hand():
    # sums:    0.5*4 = 2,     0.5*2 + 0.5*2 = 2,   0.5*2 + 0.5*8 = 5
    # weights: 0.5,           0.75,                0.875
    np.testing.assert_allclose(smooth(np.array([4.0, 2.0, 8.0]), 0.5), [4.0, 8 / 3, 40 / 7])


def test_smoothing_passes_over_what_is_not_finite():
    smoothed = smooth(np.array([4.0, np.nan, 2.0, np.inf]), 0.5)
    np.testing.assert_allclose(smoothed, [4.0, np.nan, 8 / 3, np.inf])


@given(st.floats(0, 0.999), st.floats(-1e6, 1e6), st.integers(1, 50))
def test_smoothing_leaves_a_constant_alone(smoothing, value, n):
    np.testing.assert_allclose(smooth(np.full(n, value), smoothing), value, rtol=1e-9, atol=1e-300)


@given(arrays(np.float64, 3000, elements=st.floats(-1e9, 1e9, width=32)), st.booleans())
def test_thinning_keeps_ends_order_and_extremes(loss, log_steps):
    step = np.arange(1.0, 3001.0)
    thin_step, thin_loss = thin(step, loss, intervals=50, log_steps=log_steps)
    assert len(thin_step) <= 102
    assert (thin_step[0], thin_step[-1]) == (1.0, 3000.0)
    assert (np.diff(thin_step) > 0).all()
    assert (thin_loss.min(), thin_loss.max()) == (loss.min(), loss.max())
    np.testing.assert_array_equal(loss[thin_step.astype(int) - 1], thin_loss)


def test_thinning_leaves_out_what_is_not_finite():
    step, loss = thin(np.array([1.0, 2.0, 3.0]), np.array([1.0, np.inf, 2.0]))
    assert (step.tolist(), loss.tolist()) == ([1.0, 3.0], [1.0, 2.0])


@pytest.mark.parametrize("n", [0, 1])
def test_thinning_of_almost_nothing(n):
    step, loss = thin(np.arange(n) + 1.0, np.ones(n))
    assert len(step) == len(loss) == n
