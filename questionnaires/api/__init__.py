"""Asking over HTTP, for programs."""
