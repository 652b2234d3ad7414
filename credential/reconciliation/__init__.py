"""Reconciliation: what a source system holds now against what was issued (contract, reconcile).

Pure: `statements` reads what the source says, `values` tells when two values are the same, `comparing` finds what
differs, `lines` writes findings as the CSV whose lines the report's digest stands for, `statement` is that digest's
signed form.
"""
