"""Measures the service as production runs it, beside a bare Flask route in the same run.

`python -m benchmarks` prints what it found; nothing here asserts how long
anything takes. Figures of different runs cannot be compared, their ratios can.
"""
