"""Changes that a mock makes to its process, each put back when it ends; decorators that run functions inside a mock."""
