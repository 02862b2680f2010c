// Replaced by the library's first test.
