// Replaced by the library's first file.
