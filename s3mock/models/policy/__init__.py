"""The IAM policy language: JSON documents of statements that allow and deny, as frozen values.

``of_bucket`` and ``of_access_point`` read the policy of a resource, ``of_identity`` that of a user, role or session.
"""

from __future__ import annotations

from s3mock.models.policy.conditions import Condition
from s3mock.models.policy.document import Policy, Statement
from s3mock.models.policy.patterns import Pattern, RequestContext
from s3mock.models.policy.principals import Principals
from s3mock.models.policy.validation import of_access_point, of_bucket, of_identity

__all__ = [
    "Condition",
    "Pattern",
    "Policy",
    "Principals",
    "RequestContext",
    "Statement",
    "of_access_point",
    "of_bucket",
    "of_identity",
]
