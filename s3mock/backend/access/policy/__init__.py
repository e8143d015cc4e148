"""The evaluation of policies: pure functions of policies and of the request context."""
