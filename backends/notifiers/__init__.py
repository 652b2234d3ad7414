"""Ways to reach holders: implementations of the port Notifier, chosen by URL."""
