"""The real engines that the tests run on: found, started, emptied, stopped."""
