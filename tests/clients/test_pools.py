"""Workers of joblib and dask share a mock. Those of Ray do, too: its wheels are too large to try it each time."""

from __future__ import annotations

from collections.abc import Callable

import dask.bag
import joblib
import pytest
from dask.distributed import Client, LocalCluster

from s3mock import mock_s3
from tests.support.children import double

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


def by_loky() -> list[bytes]:
    return list(joblib.Parallel(n_jobs=2)(joblib.delayed(double)(key) for key in "ab"))


def by_processes_of_dask() -> list[bytes]:
    return list(dask.bag.from_sequence("ab").map(double).compute(scheduler="processes", num_workers=2))


def by_a_cluster() -> list[bytes]:
    with LocalCluster(n_workers=2, processes=True, dashboard_address=None) as cluster, Client(cluster) as client:
        return list(client.gather(client.map(double, "ab")))


@pytest.mark.parametrize("work", [by_loky, by_processes_of_dask, by_a_cluster])
def test_workers_share_one_mock_after_the_other(work: Callable[[], list[bytes]]) -> None:
    for content in (b"first", b"second"):  # loky's workers live on
        with mock_s3(share=True) as s3:
            s3.client().create_bucket(Bucket="data")
            for key in "ab":
                s3.client().put_object(Bucket="data", Key=key, Body=content)
            assert work() == [content, content]
            assert s3.client().get_object(Bucket="data", Key="b")["Body"].read() == content * 2
