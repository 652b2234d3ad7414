"""The HTTP edge and the command line: the composition root of requests."""
