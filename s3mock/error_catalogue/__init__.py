"""The errors of S3 as data: code, HTTP status, message, and the extra elements of the error document in S3's order.

The rows are S3's "Error responses" page (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, as of 2026), list
by list; ``elsewhere`` has the codes that S3 answers and the page lacks. The page's lists for Outposts, Storage Lens,
Access Grants, FSx, Tables and asynchronous requests belong to other APIs and are left out; its row "503 SlowDown" is
SlowDown again.

The page describes; the wire says it in other words. Where an answer of S3 is known (shared/aws_recorded, the numbered
facts of shared/s3_facts.md, answers that S3's users have published), message and fields are the wire's; otherwise the
message is the page's description in short. With InvalidArgument, InvalidRequest, AccessDenied and a few more S3 sends
one of many messages: whoever raises them says which.
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
"""The catalogue, list by list. No code stands in two lists: where the page repeats one, the general list has it."""

CATALOGUE: Mapping[str, ErrorEntry] = {code: entry for rows in LISTS.values() for code, entry in rows.items()}
