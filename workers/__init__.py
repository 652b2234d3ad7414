"""The queue edge: the composition root of jobs."""
