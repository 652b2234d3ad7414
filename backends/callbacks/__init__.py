"""Receivers of acknowledgements."""
