"""Doors of today's source systems under /divoc/api: their payloads, their status codes (Co-WIN specification 1.1).

What is repaired, docs/source-systems.md tells.
"""
