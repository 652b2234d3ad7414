"""Doors through which apps read certificates at the old addresses under /cert (Co-WIN specification, section 5).

What is repaired, docs/partner-apps.md tells.
"""
