"""Freed memory stays with the process: the next temporary arrays find it there."""

import platform

import numpy as np
import pytest

import dlcore.reference  # noqa: F401  (importing it is what is tested)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="for glibc's allocator")
def test_arrays_that_come_and_go_are_not_mapped_anew():
    resource = pytest.importorskip("resource")

    def come_and_go():
        arrays = [np.ones(2**21, np.float32) for _ in range(8)]  # 8 MiB each
        del arrays

    come_and_go()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    come_and_go()
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    assert faults < 1000  # 64 MiB are 16,384 pages
