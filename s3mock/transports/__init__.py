"""One room for each HTTP client: its request becomes our Request, our Response becomes its response."""
