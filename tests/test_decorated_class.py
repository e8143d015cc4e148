"""mock_s3 as a decorator of classes: plain, unittest's and pytest's, alone and stacked with moto's mock_aws."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import unittest
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from s3mock import mock_s3
from tests.support.active_mock import add, is_on

if TYPE_CHECKING:
    from pathlib import Path


class Base:
    def test_inherited(self) -> None:
        self.seen = add("inherited")


@mock_s3
class Plain(Base):
    class TestInner:
        def test_inner(self) -> list[str]:
            return add("inner")

    constant = 5

    def test_own(self) -> list[str]:
        return self.helper()

    def helper(self) -> list[str]:
        return add("own")

    async def test_async(self) -> list[str]:
        return add("async")

    @classmethod
    def of_class(cls) -> list[str]:
        return add(cls.__name__.lower())

    @staticmethod
    def of_none() -> list[str]:
        return add("static")

    @property
    def value(self) -> bool:
        return is_on()

    def _private(self) -> bool:
        return is_on()


def test_each_public_method_of_a_decorated_class_runs_with_an_empty_s3() -> None:
    plain = Plain()
    plain.test_inherited()
    assert plain.seen == ["inherited"]
    assert plain.test_own() == plain.helper() == ["own"]
    assert asyncio.run(plain.test_async()) == ["async"]
    assert (plain.of_class(), Plain.of_none(), Plain.TestInner().test_inner()) == (["plain"], ["static"], ["inner"])
    assert (plain.constant, plain.value, plain._private()) == (5, False, False)
    assert not hasattr(Base.test_inherited, "__wrapped__")


class Elsewhere:
    def method(self) -> bool:
        return is_on()


@mock_s3
class Outer:
    class WhenNested:
        class Deeper:
            def it_works(self) -> list[str]:
                return add("deeper")

        def it_works(self) -> list[str]:
            return add("nested")

    class _Private:
        def method(self) -> bool:
            return is_on()

    imported = Elsewhere


@mock_s3
class OuterCase(unittest.TestCase):
    class Inner:
        def method(self) -> bool:
            return is_on()


def test_classes_defined_in_a_decorated_class_are_decorated_whatever_their_names() -> None:
    assert Outer.WhenNested().it_works() == ["nested"]
    assert Outer.WhenNested.Deeper().it_works() == ["deeper"]
    assert not Outer._Private().method()
    assert not Outer.imported().method()
    assert OuterCase.Inner().method()


def test_inherited_methods_follow_the_method_resolution_order() -> None:
    class Other(Base):
        def test_inherited(self) -> None:
            super().test_inherited()
            self.seen.append("other")

    class Both(Plain, Other):
        pass

    both = Both()
    both.test_inherited()
    assert both.seen == ["inherited", "other"]


class Case(unittest.TestCase):
    __test__ = False  # not for pytest
    log: list[list[str]]

    def setUp(self) -> None:
        self.addCleanup(lambda: self.log.append(["cleanup", *add("cleanup")]))
        add("setup")

    def tearDown(self) -> None:
        self.log.append(["teardown", *add("teardown")])

    def test_one(self) -> None:
        self.log.append(["one", *add("one")])

    def test_two(self) -> None:
        self.log.append(["two", *add("two")])


def run(case: type[unittest.TestCase]) -> list[list[str]]:
    log: list[list[str]] = []
    case.log = log  # type: ignore[attr-defined]
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    assert not result.errors, result.errors
    assert not result.failures, result.failures
    assert not is_on()
    return log


def steps(*before: str) -> list[list[str]]:
    log = []
    for name in ("one", "two"):
        there = sorted([*before, "setup", name])
        log.append([name, *there])
        log.append(["teardown", *sorted([*there, "teardown"])])
        log.append(["cleanup", *sorted([*there, "teardown", "cleanup"])])
    return log


def test_a_test_case_shares_one_s3_from_set_up_to_its_cleanups() -> None:
    @mock_s3
    class Decorated(Case):
        pass

    class Sub(Decorated):
        pass

    assert run(Decorated) == run(Sub) == steps()
    assert isinstance(Decorated, type)
    assert "run" not in vars(Case)


def test_buckets_made_by_set_up_class_exist_in_all_tests() -> None:
    @mock_s3
    class Decorated(Case):
        @classmethod
        def setUpClass(cls) -> None:
            super().setUpClass()
            add("class")

        @classmethod
        def tearDownClass(cls) -> None:
            cls.log.append(add("end"))

    log = run(Decorated)
    assert [entry[0] for entry in log[:-1]] == ["one", "teardown", "cleanup", "two", "teardown", "cleanup"]
    assert all("class" in entry for entry in log)
    assert log[-1] == ["class", "cleanup", "end", "one", "setup", "teardown", "two"]


def test_each_test_has_an_empty_s3_if_set_up_class_creates_nothing() -> None:
    @mock_s3
    class Decorated(Case):
        @classmethod
        def setUpClass(cls) -> None:
            boto3.client("s3").list_buckets()

    assert run(Decorated) == steps()


def test_a_failing_set_up_class_stops_the_mock() -> None:
    @mock_s3
    class Decorated(Case):
        @classmethod
        def setUpClass(cls) -> None:
            add("class")
            raise ZeroDivisionError

    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        run(Decorated)
    assert not is_on()


def test_an_async_test_case_runs_inside_the_mock() -> None:
    @mock_s3
    class Decorated(unittest.IsolatedAsyncioTestCase):
        log: list[list[str]]

        async def asyncSetUp(self) -> None:
            add("setup")

        async def test_one(self) -> None:
            self.log.append(add("one"))

        async def asyncTearDown(self) -> None:
            self.log.append(add("teardown"))

    assert run(Decorated) == [["one", "setup"], ["one", "setup", "teardown"]]


PYTEST = """
import unittest, boto3, pytest
from s3mock import mock_s3, mock

def add(name):
    client = boto3.client("s3")
    client.create_bucket(Bucket=f"bucket-{name}")
    return [bucket["Name"].removeprefix("bucket-") for bucket in client.list_buckets()["Buckets"]]

class Base:
    def setup_method(self, method):
        add(method.__name__.replace("_", "-"))

@mock_s3
class TestMethods(Base):
    def test_one(self):
        assert add("x") == ["test-one", "x"]
    def test_two(self, tmp_path):
        assert add("x") == ["test-two", "x"]
    def teardown_method(self):
        assert add("y")[-1] == "y"

@mock_s3
class TestWithoutTeardown:
    def setup_method(self):
        add("setup")
    @pytest.mark.parametrize("number", [1, 2])
    def test_it(self, number):
        assert add(f"n{number}") == [f"n{number}", "setup"]

@mock_s3
class TestSub(TestWithoutTeardown):
    def setup_method(self):
        self.sub = True
    def test_it(self):
        assert self.sub and add("own") == ["own"]

@mock_s3
class TestClass:
    @classmethod
    def setup_class(cls):
        cls.made = add("class")
    def test_one(self):
        assert self.made == ["class"] and "class" in add("one")
    def test_two(self):
        assert "class" in add("two")
    def teardown_class(cls):
        assert {"class", "one", "two"} <= set(add("end"))

@mock_s3
class TestPlainSetupClass:
    def setup_class(cls):
        cls.value = 1
    def test_one(self):
        assert add("one") == ["one"]
    def test_two(self):
        assert add("two") == ["two"]

@mock_s3
class TestFixture:
    @pytest.fixture(autouse=True)
    def outside(self):
        assert mock._active is None
    def test_it(self):
        assert add("it") == ["it"]

@mock_s3
class TestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        add("class")
    def setUp(self):
        assert "class" in add("setup")
    def test_one(self):
        assert "setup" in add("one")
    def tearDown(self):
        assert "one" in add("end")

@pytest.fixture(autouse=True)
def is_off():
    yield

def test_failing_setup_is_undone():
    @mock_s3
    class Failing:
        def setup_method(self):
            1 / 0
    with pytest.raises(ZeroDivisionError):
        Failing().setup_method()
    assert mock._active is None
"""


def passed(tmp_path: Path, program: str) -> str:
    """Run the program with pytest, and return the last line of its output."""
    (tmp_path / "test_it.py").write_text(program)
    (tmp_path / "conftest.py").write_text(
        "from s3mock import mock\ndef pytest_sessionfinish(session):\n    assert mock._active is None\n"
    )
    plugins = ("-p", "no:randomly", "-p", "no:asyncio", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, "-W", "error", tmp_path],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1]


def test_pytest_runs_decorated_classes(tmp_path: Path) -> None:
    assert passed(tmp_path, PYTEST).startswith("12 passed")


def stacked_over(klass: Any) -> Any:
    return mock_aws(mock_s3(klass))


def stacked_under(klass: Any) -> Any:
    return mock_s3(mock_aws(klass))


def queues(name: str) -> list[str]:
    """Create a queue and return the names of all queues."""
    client = boto3.client("sqs", region_name="us-east-1")
    client.create_queue(QueueName=name)
    return [url.rpartition("/")[2] for url in client.list_queues()["QueueUrls"]]


@pytest.mark.parametrize("both", [stacked_over, stacked_under])
def test_each_test_under_both_mocks_starts_with_empty_services(both: Any) -> None:
    class Tests(unittest.TestCase):
        log: list[list[str]]

        def test_one(self) -> None:
            self.log.append(queues("one") + add("one"))

        def test_two(self) -> None:
            self.log.append(queues("two") + add("two"))

    assert run(both(Tests)) == [["one", "one"], ["two", "two"]]


@pytest.mark.parametrize("both", [stacked_over, stacked_under])
def test_what_set_up_creates_in_both_mocks_exists_for_its_test_only(both: Any) -> None:
    class Tests(unittest.TestCase):
        log: list[list[str]]

        def setUp(self) -> None:
            queues("setup")
            add("setup")

        def test_one(self) -> None:
            self.log.append(queues("one") + add("test"))

        def test_two(self) -> None:
            self.log.append(queues("two") + add("test"))

        def tearDown(self) -> None:
            self.log.append(queues("end") + add("x"))

    seen = [
        ["setup", name, *more] for name in ("one", "two") for more in (["setup", "test"], ["end", "setup", "test", "x"])
    ]
    assert run(both(Tests)) == seen


def test_a_test_case_runs_in_the_mock_by_debug_and_in_a_subclass_decorated_again() -> None:
    @mock_s3
    class Decorated(Case):
        pass

    @mock_s3
    class Again(Decorated):
        pass

    assert run(Again) == steps()
    Again.log = []
    Again("test_one").debug()
    assert Again.log == steps()[:3]
    assert Again.run.__name__ == "run"


STACKED = """
import boto3, pytest
from moto import mock_aws
from s3mock import mock_s3

def add(name):
    client, sqs = boto3.client("s3"), boto3.client("sqs", "us-east-1")
    client.create_bucket(Bucket=f"bucket-{name}")
    sqs.create_queue(QueueName=name)
    queues = {url.rpartition("/")[2] for url in sqs.list_queues()["QueueUrls"]}
    return queues, {bucket["Name"].removeprefix("bucket-") for bucket in client.list_buckets()["Buckets"]}

def classes():
    class Plain:
        def test_one(self):
            assert add("one") == ({"one"}, {"one"})
        def test_two(self):
            assert add("two") == ({"two"}, {"two"})

    class Methods:
        def setup_method(self, method):
            add("setup")
        def test_one(self):
            assert add("one") == ({"setup", "one"}, {"setup", "one"})
        def test_two(self):
            assert add("two") == ({"setup", "two"}, {"setup", "two"})
        def teardown_method(self, method):
            queues, buckets = add("end")
            assert queues == buckets == {"setup", method.__name__.removeprefix("test_"), "end"}

    class Class:
        @classmethod
        def setup_class(cls):
            boto3.client("s3").create_bucket(Bucket="bucket-class")
        def test_one(self):
            queues, buckets = add("one")
            assert queues == {"one"} and "class" in buckets
        def test_two(self):
            queues, buckets = add("two")
            assert queues == {"two"} and "class" in buckets
    return Plain, Methods, Class

TestPlainOver, TestMethodsOver, TestClassOver = (mock_aws(mock_s3(klass)) for klass in classes())
TestPlainUnder, TestMethodsUnder, TestClassUnder = (mock_s3(mock_aws(klass)) for klass in classes())
"""


def test_pytest_runs_classes_under_both_mocks(tmp_path: Path) -> None:
    assert passed(tmp_path, STACKED).startswith("12 passed")
