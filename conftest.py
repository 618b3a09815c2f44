"""What holds for every test: no network but loopback, and the chapters are tests themselves."""

pytest_plugins = ["tests.isolation", "tests.notebooks"]
