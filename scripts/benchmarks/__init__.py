"""What scripts/bench is made of: one module per benchmark, and one per thing that a benchmark needs."""
