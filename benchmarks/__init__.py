"""How fast Storeloop is, beside what this machine can do at all; see docs/benchmarks.md."""
