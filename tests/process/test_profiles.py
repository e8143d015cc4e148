"""Profiles of ``Session(profile_name=...)``: whatever would fetch credentials for one gets the mock's instead."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import credentials
from botocore.session import Session

from s3mock import mock_s3
from s3mock.process.credentials import ACCESS_KEY

ROLE = "role_arn = arn:aws:iam::123456789012:role/reader\n"
SSO = "sso_account_id = 123456789012\nsso_role_name = reader\n"
START = "sso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n"
STATIC = "[profile static]\naws_access_key_id = 111122223333\naws_secret_access_key = secret\n"
PROFILES = {
    "credential_process": "credential_process = {python} -c \"open('{folder}/ran', 'w')\"\n",
    "credential_source of an instance": ROLE + "credential_source = Ec2InstanceMetadata\n",
    "credential_source of a container": ROLE + "credential_source = EcsContainer\n",
    "credential_source of the environment": ROLE + "credential_source = Environment\n",
    "source_profile": ROLE + "source_profile = static\n",
    "source_profile with a process": ROLE + "source_profile = process\n",
    "source_profile and a second factor": ROLE
    + "source_profile = static\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n",
    "web_identity_token_file": ROLE + "web_identity_token_file = {folder}/token\n",
    "sso": SSO + START,
    "sso_session": SSO + "sso_session = company\n",
}
if hasattr(credentials, "LoginProvider"):  # since botocore 1.41
    PROFILES["login_session"] = "login_session = arn:aws:iam::123456789012:user/me\n"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of ~/.aws, and of the file that a credential_process would write."""
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


def configure(folder: Path, profile: str) -> None:
    sections = f"[profile chosen]\n{profile}[sso-session company]\n{START}{STATIC}"
    sections += f"[profile process]\n{PROFILES['credential_process']}"
    (folder / "config").write_text(sections.format(python=sys.executable, folder=folder))


def test_a_start_reads_the_configuration_without_botocores_handlers(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would take 5 ms of each start on a machine with a configuration."""
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(variable, raising=False)
    (folder / "config").write_text("[default]\nregion = eu-west-3\n")
    registered: list[str] = []
    mock = mock_s3()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "register", lambda _session, name, *_args, **_options: registered.append(name))
        mock.start()
    try:
        assert boto3.Session().region_name == "eu-west-3"
        assert registered == []
    finally:
        mock.stop()


def signed_with(session: Any) -> str:
    """The access key of a request of the session's S3 client."""
    seen: list[str] = []
    client = session.client("s3", region_name="us-east-1")
    client.meta.events.register(
        "before-send.s3", lambda request, **_: seen.append(request.headers["Authorization"].decode())
    )
    client.list_buckets()
    return seen[0].partition("Credential=")[2].partition("/")[0]


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_whose_credentials_are_fetched_has_the_mocks(name: str, folder: Path) -> None:
    configure(folder, PROFILES[name])
    with mock_s3():
        session = boto3.Session(profile_name="chosen")
        assert signed_with(session) == ACCESS_KEY
        found = session.get_credentials()
        assert found is not None
        assert found.get_frozen_credentials().access_key == ACCESS_KEY
    assert not (folder / "ran").exists()


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_behaves_as_through_the_environment(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(folder, PROFILES[name])
    monkeypatch.setenv("AWS_PROFILE", "chosen")
    with mock_s3():
        assert signed_with(boto3.Session()) == ACCESS_KEY
    assert not (folder / "ran").exists()


def test_a_profile_with_its_own_key_keeps_it(folder: Path) -> None:
    configure(folder, "")
    with mock_s3():
        assert signed_with(boto3.Session(profile_name="static")) == "111122223333"


@pytest.mark.parametrize("settings", [{"allow_services": ["sts"]}, {"passthrough": ["minio:9000"]}], ids=repr)
def test_where_real_calls_are_allowed_a_process_provides_real_credentials(
    settings: dict[str, Any], folder: Path
) -> None:
    (folder / "provide.py").write_text(
        'print(\'{"Version": 1, "AccessKeyId": "444455556666", "SecretAccessKey": "secret"}\')'
    )
    configure(folder, "credential_process = {python} {folder}/provide.py\n")
    with mock_s3(**settings):
        assert signed_with(boto3.Session(profile_name="chosen")) == "444455556666"


def test_outside_of_a_mock_a_process_is_executed_again(folder: Path) -> None:
    configure(folder, PROFILES["credential_process"])
    with mock_s3():
        pass
    with pytest.raises(ValueError, match="Expecting value"):  # it prints nothing
        boto3.Session(profile_name="chosen").get_credentials()
    assert (folder / "ran").exists()
