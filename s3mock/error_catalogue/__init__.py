"""The errors of S3 as data: code, HTTP status, message, and the extra elements of the error document in S3's order.

The rows are S3's "Error responses" page (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, as of 2026), list
by list; ``elsewhere`` has the codes that S3 sends and the page lacks. The page's lists for Outposts, Storage Lens,
Access Grants, FSx, Tables and asynchronous requests belong to other APIs and are left out; its row "503 SlowDown" is
SlowDown again.

The page describes the errors; responses word them differently. Where a response of S3 is known (shared/aws_recorded,
the numbered facts of shared/s3_facts.md, responses that S3's users have published), message and fields are the
response's; otherwise the message is the page's description, shortened. InvalidArgument, InvalidRequest, AccessDenied
and a few more have one of many messages, which the code that raises them gives.
"""

from __future__ import annotations

from collections.abc import Mapping

from s3mock.error_catalogue.elsewhere import ELSEWHERE
from s3mock.error_catalogue.entry import ErrorEntry
from s3mock.error_catalogue.features import ANNOTATION, OBJECT_LAMBDA, REPLICATION, TAGGING
from s3mock.error_catalogue.general import GENERAL
from s3mock.error_catalogue.select import SELECT

LISTS: Mapping[str, Mapping[str, ErrorEntry]] = {
    "General": GENERAL,
    "SELECT Object Content": SELECT,
    "Replication": REPLICATION,
    "Tagging": TAGGING,
    "Annotations": ANNOTATION,
    "Object Lambda": OBJECT_LAMBDA,
    "Not on the page": ELSEWHERE,
}
"""The catalogue, list by list. No code is in two lists: the general list has those that the page repeats."""

CATALOGUE: Mapping[str, ErrorEntry] = {code: entry for rows in LISTS.values() for code, entry in rows.items()}
