"""Speed, memory and durability of the real server, measured; `docs/benchmarks.md` says how."""
