"""Notices by e-mail: one neutral sentence, and nothing else."""
