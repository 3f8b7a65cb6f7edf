#!/usr/bin/env python3
"""Records binomial tails, divergences, p-values and betting bounds, one JSON file, for RiskControlFixtureTest.

    python bench/peers/record_risk_controls.py core/src/test/resources/risk-controls.json

Needs nothing but Python. Tails and p-values are sums of all terms with 60 decimal digits; the betting bound is written after
the formulas of Waudby-Smith and Ramdas with sums of logarithms, for losses that are written down with it.
"""
import decimal
import json
import math
import random
import sys
from decimal import Decimal

decimal.getcontext().prec = 60


def log_cdf(k, n, p):
    p = Decimal(p)
    ratio = p / (1 - p)
    term = (n * (1 - p).ln()).exp()
    total = term
    for j in range(1, k + 1):
        term = term * (n - j + 1) / j * ratio
        total += term
    return total.ln()


def divergence(a, p):
    a, p = Decimal(a), Decimal(p)
    first = a * (a / p).ln() if a > 0 else Decimal(0)
    second = (1 - a) * ((1 - a) / (1 - p)).ln() if a < 1 else Decimal(0)
    return first + second


def p_value(total, n, eps):
    mean = Decimal(total) / n
    hoeffding = (-n * divergence(min(mean, Decimal(eps)), eps)).exp()
    bentkus = (1 + log_cdf(math.ceil(total), n, eps)).exp()
    return min(Decimal(1), hoeffding, bentkus)


def log_capital(losses, bound, delta, m):
    n = len(losses)
    best, capital = -math.inf, 0.0
    total, squares, variance = 0.0, 0.0, bound * bound / 4
    for i, x in enumerate(losses, 1):
        stake = min(math.sqrt(2 * math.log(1 / delta) / (n * variance)), 1 / bound)
        factor = 1 - stake * (x - m)
        capital = capital + math.log(factor) if factor > 0 else -math.inf
        best = max(best, capital)
        total += x
        mean = (bound / 2 + total) / (i + 1)
        squares += (x - mean) ** 2
        variance = (bound * bound / 4 + squares) / (i + 1)
    return best


def betting_bound(losses, bound, delta):
    low, high = 0.0, bound
    for _ in range(60):
        middle = (low + high) / 2
        if log_capital(losses, bound, delta, middle) + math.log(delta) > 0:
            high = middle
        else:
            low = middle
    return high


def main(out):
    tails = [(0, 1, 0.5), (0, 10, 0.1), (3, 10, 0.25), (9, 10, 0.9), (10, 10, 0.3), (5, 20, 0.01), (15, 16, 0.7), (16, 17, 0.2),
             (2, 1000, 0.05), (50, 1000, 0.05), (80, 1000, 0.05), (999, 1000, 0.999), (0, 1000000, 0.01),
             (9000, 1000000, 0.01), (9999, 1000000, 0.01), (10000, 1000000, 0.01), (30000, 1000000, 0.05),
             (50700, 1000000, 0.05), (1, 1000000, 1e-6)]
    pairs = [(0, 0.1), (0.1, 0.2), (0.5, 0.5), (0.05, 0.0500001), (0.0999, 0.1), (1, 0.3), (0.3, 0.9), (1e-6, 0.02)]
    values = [(0, 29, 0.1), (1, 50, 0.1), (2.5, 120, 0.05), (7.25, 400, 0.03), (12, 100, 0.1), (4700, 100000, 0.05)]
    draw = random.Random(20260301)
    bounds = []
    for n, bound, delta, kind in [(30, 1.0, 0.1, "zero"), (60, 1.0, 0.1, "coin"), (200, 1.0, 0.05, "coin"),
                                  (150, 1.0, 0.1, "part"), (80, 4.0, 0.2, "part"), (5, 1.0, 0.1, "one")]:
        losses = [{"zero": lambda: 0.0, "one": lambda: 1.0, "coin": lambda: float(draw.random() < 0.07),
                   "part": lambda: round(bound * draw.random() ** 4, 3)}[kind]() for _ in range(n)]
        bounds.append(dict(losses=losses, bound=bound, delta=delta, expected=betting_bound(losses, bound, delta)))
    recorded = dict(
        tails=[dict(k=k, n=n, p=p, expected=float(log_cdf(k, n, p))) for k, n, p in tails],
        divergences=[dict(a=a, p=p, expected=float(divergence(a, p))) for a, p in pairs],
        p_values=[dict(sum=s, n=n, eps=e, expected=float(p_value(s, n, e))) for s, n, e in values],
        bounds=bounds)
    with open(out, "w") as file:
        json.dump(recorded, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
