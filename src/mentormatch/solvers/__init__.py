"""Exact solvers. They see a `mentormatch.problem.Problem` and nothing else."""
