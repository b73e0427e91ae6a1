"""Writes bandit_accuracy.json: reference values of Experiments.Stats.Bandits in 50 digits, rounded to double, from formulas written anew with mpmath.

    python3 tests/vectors/bandit_accuracy.py > tests/vectors/bandit_accuracy.json
"""
import json
import random
from functools import reduce

from mpmath import mp, mpf, erfc, exp, expm1, log, log1p, loggamma, sqrt

mp.dps = 50
rnd = random.Random(20261124)
GRID = [mpf("0.02") * mpf(50) ** (mpf(j) / 15) for j in range(16)]


def law(tau):
    terms = [x * exp(-x * x / (2 * tau * tau)) for x in GRID]
    return [t / sum(terms) for t in terms]


WEIGHTS = [(a + b) / 2 for a, b in zip(law(mpf("0.1")), law(mpf("0.3")))]


def between(low, high): return low + (high - low) * rnd.random()
def spread(low, high): return float(10 ** between(low, high))
def phi(z): return erfc(-z / sqrt(mpf(2))) / 2
def lse(terms): return max(terms) + log(sum(exp(t - max(terms)) for t in terms))


def bisect(f, low, high):
    """Root of a falling function."""
    low, high = mpf(low), mpf(high)
    for _ in range(170):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) > 0 else (low, middle)
    return (low + high) / 2


def likelihood(strata, theta):
    return sum(a * theta - (a + c) * log1p(mpf(p) * expm1(theta)) for p, a, c in strata)


def slope(strata, theta):
    return sum(a - (a + c) * p * exp(theta) / (1 + mpf(p) * expm1(theta)) for p, a, c in strata)


def log_e(strata, null, sign):
    base = likelihood(strata, null)
    return lse([log(q) + likelihood(strata, null + sign * x) - base for q, x in zip(WEIGHTS, GRID)])


def split_strata():
    size, effect = spread(1, 7.5), between(-0.15, 0.2)
    rows = []
    for _ in range(rnd.randint(1, 20)):
        p = round(between(0.05, 0.97), 4)
        share = p * 2.718281828 ** effect / (1 + p * (2.718281828 ** effect - 1))
        total = max(2, int(size * between(0.2, 2)))
        arm = int(total * min(1, max(0, share + between(-1, 1) * (share * (1 - share) / total) ** 0.5)))
        rows.append([p, float(arm), float(total - arm)])
    return rows


def split_case():
    strata, a, margin = split_strata(), rnd.choice([0.05, 0.01, 0.0125]), rnd.choice([0.02, 0.05])
    peak = bisect(lambda t: slope(strata, t), -5, 5)
    level = lse([log(q / 2) + likelihood(strata, s * x) for q, x in zip(WEIGHTS, GRID) for s in (1, -1)]) + log(mpf(a))
    end = lambda s: None if likelihood(strata, mpf(s)) > level else float(
        bisect(lambda t: likelihood(strata, t) - level, peak, 5) if s > 0 else -bisect(lambda t: likelihood(strata, -t) - level, -peak, 5))
    return {"strata": strata, "alpha": a, "margin": margin, "better": float(log_e(strata, 0, 1)), "harm": float(log_e(strata, 0, -1)),
            "nonInferior": float(log_e(strata, log1p(-mpf(margin)), 1)), "logRatio": float(peak), "lower": end(-5), "upper": end(5)}


def score_case():
    far = rnd.random() < 0.3
    rows, mean, sd = [], between(1, 60), between(1, 200)
    size = spread(2.2, 7)
    for i in range(rnd.randint(1, 12)):
        p = round(between(0.1, 0.9), 4)
        arm = lambda n, e: [float(n), float(n) * (mean + e + between(-1, 1) * sd / n ** 0.5), float(n) * sd * sd * between(0.8, 1.2)]
        rows.append([i // 3, p, *arm(max(2, int(size * p)), -0.5 * sd if far else 0.02 * mean), *arm(max(2, int(size * (1 - p))), 0)])

    def merge(x, y):
        n, d = mpf(x[0]) + y[0], mpf(y[1]) / y[0] - (mpf(x[1]) / x[0] if x[0] else mpf(y[1]) / y[0])
        return [n, mpf(x[1]) + y[1], mpf(x[2]) + y[2] + d * d * x[0] * y[0] / n]
    total = lambda groups: reduce(merge, groups, [mpf(0)] * 3)
    first = total([g for r in rows if r[0] == 0 for g in (r[2:5], r[5:8])])
    m1, v1 = first[1] / first[0], first[2] / first[0]
    s = d = mpf(0)
    for i, r in enumerate(rows):
        before = total([g for q in rows[:i] for g in (q[2:5], q[5:8])])
        m, p = m1 if r[0] == 0 else before[1] / before[0], mpf(r[1])
        s += (1 - p) * (r[3] - r[2] * m) - p * (r[6] - r[5] * m)
        d += r[2] * (1 - p)
    a, c = total([r[2:5] for r in rows]), total([r[5:8] for r in rows])
    v = sum((1 - mpf(r[1])) ** 2 * r[2] * a[2] / (a[0] - 1) + mpf(r[1]) ** 2 * r[5] * c[2] / (c[0] - 1) for r in rows)
    typical = m1 if m1 > 0 else sqrt(v1) / 5
    rho = lambda tau: (v1 / (tau * typical)) ** 2

    def evidence(sign, null):
        score, parts = sign * (s - null * d), []
        for tau in (mpf("0.1"), mpf("0.3")):
            z = score / sqrt(v + rho(tau))
            parts.append(log(mpf(1) / 2) + log(mpf(2)) + log(rho(tau) / (v + rho(tau))) / 2 + z * z / 2 + log(phi(z)))
        return lse(parts)
    r1 = rho(mpf("0.1"))
    half = sqrt((v + r1) * log((v + r1) / (r1 * mpf("0.0025"))))
    null = between(-0.1, 0.1) * mean
    return {"rows": rows, "null": null, "score": float(s), "variance": float(v), "exposure": float(d), "scale": [float(typical), float(v1)],
            "unit": float(sqrt(v)), "up": float(evidence(1, 0)), "down": float(evidence(-1, 0)), "shifted": float(evidence(1, mpf(null))),
            "lower": float((s - half) / d), "upper": float((s + half) / d)}


def holdback_case():
    sums, cycles, logs = None, [], []
    size, effect = spread(1, 5), between(-0.15, 0.12)
    for _ in range(rnd.randint(1, 40)):
        p = rnd.choice([0.95, 0.75])
        total = max(3, int(size * between(0.7, 1.3)))
        held = min(total, max(0, int(total * (1 - p) * (1 - effect) + between(-1, 1) * (total * p * (1 - p)) ** 0.5)))
        row = [p, float(total - held), float(held)]
        cycles.append(row)
        inc = [likelihood([row], -x) for x in GRID]
        sums = [i + (log1p(exp(m)) if sums else 0) for i, m in zip(inc, sums or inc)]
        logs.append(float(lse([log(q) + m for q, m in zip(WEIGHTS, sums)])))
    return {"cycles": cycles, "logs": logs}


def segments_case():
    size, arms = spread(1, 7), rnd.randint(2, 5)
    n = [[max(1, int(size * between(0.1, 2))) for _ in range(arms)] for _ in range(rnd.randint(1, 9))]
    c = [[int(v * between(0.01, 0.08)) for v in row] for row in n]
    p0 = (sum(map(sum, c)) + mpf(1) / 2) / (sum(map(sum, n)) + 1)
    base = [(sum(cr) + mpf(1) / 2) / (sum(nr) + 1 / (2 * p0)) for nr, cr in zip(n, c)]
    rho = [(sum(r[k] for r in c) + 5) / (sum(r[k] * b for r, b in zip(n, base)) + 5) for k in range(arms)]
    lnb = lambda a, b: loggamma(a) + loggamma(b) - loggamma(a + b)
    logs = []
    for tau, prior in (("0.05", "0.2"), ("0.1", "0.3"), ("0.2", "0.3"), ("0.4", "0.2")):
        a0, total = 1 / mpf(tau) ** 2, log(mpf(prior))
        for nr, cr, b in zip(n, c, base):
            for v, s, r in zip(nr, cr, rho):
                m = min(max(b * r, mpf("1e-6")), mpf("0.99"))
                b0 = a0 * (1 - m) / m
                total += lnb(a0 + s, b0 + v - s) - lnb(a0, b0)
        logs.append(total)
    top = lse(logs)
    return {"trials": n, "conversions": c, "base": [float(b) for b in base], "effect": [float(r) for r in rho],
            "weights": [float(exp(l - top)) for l in logs]}


def strength_case():
    s, j, days, life = between(-500, 500), spread(-1, 6), between(0, 900), between(20, 400)
    kept = mpf(2) ** (-mpf(days) / life)
    return {"score": s, "information": j, "days": days, "halfLife": life, "aged": [float(s * kept), float(j * kept)],
            "mean": float(s * kept / (j * kept + 100)), "sd": float(1 / sqrt(j * kept + 100)), "better": float(phi(s * kept / sqrt(j * kept + 100)))}


def loss_case():
    a = [[spread(0, 6), spread(1, 8)] for _ in range(2)]
    on = lambda l: (log(mpf(l[0]) / l[1]) - (1 / mpf(l[0]) - 1 / mpf(l[1])) / 2, sqrt(1 / mpf(l[0]) + 1 / mpf(l[1])))
    (m0, s0), (m1, s1) = on(a[0]), on(a[1])
    d = sqrt(s0 ** 2 + s1 ** 2)
    z = (m0 - m1) / d
    return {"laws": a, "loss": float(d * exp(-z * z / 2) / sqrt(2 * mp.pi) + (m0 - m1) * phi(z))}


def mean_case():
    arms = [[int(spread(0.4, 6)) + 2, 0, 0] for _ in range(rnd.randint(2, 5))]
    mean, sd, prior = between(0.5, 40), between(1, 100), rnd.choice([0.3, 0.1])
    rows = [[float(n), float(n * max(0.01, mean + between(-1, 1) * sd / n ** 0.5)), float(n * sd * sd * between(0.5, 1.5))] for n, _, _ in arms]
    unit = sum(mpf(r[1]) for r in rows) / sum(mpf(r[0]) for r in rows)  # every user counts as non-zero
    c, n = [mpf(r[1]) / unit for r in rows], [mpf(r[0]) for r in rows]
    rate = sum(c) / sum(n)
    rho = [mpf(1)] * len(rows)
    for _ in range(6):
        mu = (sum(c) + 1) / (sum(v * r for v, r in zip(n, rho)) + 1 / rate)
        rho = [(s + 2) / (v * mu + 2) for s, v in zip(c, n)]
    trials = [v * mu / rate for v in n]
    centre = sum(mpf(r[1]) for r in rows) / sum(trials)
    laws = []
    for (v, s, q), t in zip(rows, trials):
        variance, precision = mpf(q) / (v - 1), 1 / (mpf(prior) * centre) ** 2
        total = precision + t / variance
        laws.append([float((precision * centre + s / variance) / total), float(1 / sqrt(total))])
    return {"rows": rows, "prior": prior, "laws": laws}


print(json.dumps({
    "note": "50 digits by mpmath, rounded to double; written by bandit_accuracy.py",
    "split": [split_case() for _ in range(40)],
    "score": [score_case() for _ in range(40)],
    "holdback": [holdback_case() for _ in range(30)],
    "segments": [segments_case() for _ in range(30)],
    "strength": [strength_case() for _ in range(40)],
    "loss": [loss_case() for _ in range(40)],
    "mean_posteriors": [mean_case() for _ in range(40)],
}, separators=(",", ":")))
