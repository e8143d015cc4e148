"""A module for each HTTP client or server: its request becomes our Request, our Response its response."""
