"""What the interop tests stand on: the daemon as a process, an independent receiver, and a test authority."""
