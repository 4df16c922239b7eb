"""Evaluation E: what is known about how well a solution works, 0–100 (framework, *Evaluation*)."""
