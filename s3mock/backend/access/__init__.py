"""Access: who has which key, what policies and ACLs grant, and the decision on a request."""
