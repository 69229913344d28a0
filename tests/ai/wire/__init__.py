"""The careful HTTP client for model servers."""
