"""Simulated rates. Written by `python -m service calibrate`; do not edit."""

CUSUM_ALPHAS = (0.01, 0.05, 0.1, 0.2, 0.3)
CUSUM_LIMITS = {
    4: (1.98, 1.20, 0.82, 0.51, 0.51),
    6: (2.93, 2.10, 1.69, 1.19, 0.85),
    8: (3.53, 2.61, 2.16, 1.61, 1.26),
    12: (4.40, 3.36, 2.84, 2.27, 1.88),
    16: (5.00, 3.91, 3.34, 2.79, 2.39),
    24: (5.79, 4.65, 4.12, 3.50, 3.14),
}

SESSIONS = (4, 6, 8, 12, 16, 24)
POLICY = {
    ("sem", 1.0): {"watch": (0.6, 2.3, 4.7, 10.4, 16.3, 26.0), "alert": (0.1, 0.6, 1.8, 4.8, 8.0, 14.0)},
    ("sem", 1.5): {"watch": (1.1, 4.2, 8.3, 17.7, 26.6, 40.0), "alert": (0.2, 1.5, 3.7, 9.3, 14.9, 24.0)},
    ("sem", 2.0): {"watch": (1.1, 4.2, 8.3, 17.7, 26.6, 40.0), "alert": (0.2, 1.5, 3.7, 9.3, 14.9, 24.0)},
    ("no_sem", 1.5): {"watch": (1.1, 4.2, 8.3, 17.7, 26.6, 40.0), "alert": (0.2, 1.5, 3.7, 9.3, 14.9, 24.0)},
    ("half_again", 1.5): {"watch": (3.3, 10.4, 18.0, 31.0, 41.5, 55.0), "alert": (1.1, 5.2, 10.3, 19.6, 27.2, 40.0)},
}
CHANCE_REPAIR = {1.0: 89.0, 1.5: 80.0, 2.0: 75.0}
RULES: dict[str, dict[float, tuple[float, ...]]] = {}
DETECTION: dict[tuple[str, float], dict[str, dict[str, float]]] = {}
DYADS: dict[str, dict[str, float]] = {}
RULE_DETECTION: dict[str, dict[str, float]] = {}
