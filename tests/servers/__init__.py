"""Real servers for tests, each started when the first test asks for it and stopped by its own process id."""
