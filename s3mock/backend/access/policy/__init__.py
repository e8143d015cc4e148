"""What policies decide: pure functions of policies and of what a request says."""
