"""The subcommands of `pramaan`, one file each; the first line of a file's docstring is what `pramaan --help` says."""
