"""Looking at a page as those do who use it: with large text, by keyboard, by ear."""
