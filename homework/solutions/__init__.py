"""Right answers to the exercises, one module per chapter. Spoilers: the tests use them."""
