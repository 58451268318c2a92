"""Deciding over HTTP, for programs."""
