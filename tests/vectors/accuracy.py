"""Writes accuracy.json: reference values of Experiments.Stats in 50 digits, rounded to double, from formulas written anew with mpmath.

    python3 tests/vectors/accuracy.py > tests/vectors/accuracy.json
"""
import json
import random

from mpmath import mp, mpf, betainc, erfc, exp, log, sqrt

mp.dps = 50
rnd = random.Random(20261124)
GRID = [(mpf("0.7"), mpf("0.30")), (mpf("1.2"), mpf("0.35")), (mpf(2), mpf("0.25")), (mpf(4), mpf("0.10"))]


def survival(x): return erfc(x / sqrt(mpf(2))) / 2
def between(low, high): return low + (high - low) * rnd.random()
def spread(low, high): return float(10 ** between(low, high))
def bisect(f, low, high):
    low, high = mpf(low), mpf(high)
    for _ in range(170):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < 0 else (low, middle)
    return (low + high) / 2


# --- the sequential tests: docs/stats/proportion-evidence.md and mean-evidence.md, one look of a fresh state

SCALE = mpf("2.8")


def boundary(alpha, up):
    def solve(weight):
        if weight == 0:
            return None
        f = lambda c: (weight / 2 * sum(p * exp(SCALE * k * c - (SCALE * k) ** 2 / 2) for k, p in GRID)
                       + weight / (4 * survival(c)) - 1 / mpf(alpha))
        c = bisect(f, 0, 10)
        return c, 2 * survival(c)
    return solve(mpf(up)), solve(1 - mpf(up))


def line(s, x, t):
    if s is None:
        return mpf(0)
    c, q = s
    if t >= 1:  # the first look closes the horizon: its whole score is the step
        return 1 / q if survival(x / sqrt(t)) <= q else mpf(0)
    return 1 / q if x >= c else min(mpf(1), 2 * survival((c - x) / sqrt(1 - t))) / q


def mixed(plan, x, t, up_factor, down_factor, uses_line=True):
    alpha, up, _ = plan
    bu, bd = boundary(alpha, up)
    if not uses_line:
        return log(mpf(up) * up_factor + (1 - mpf(up)) * down_factor)
    e_up = (up_factor + line(bu, x, t)) / 2
    e_down = (down_factor + line(bd, -x, t)) / 2
    return log(mpf(up) * e_up + (1 - mpf(up)) * e_down)


def normal(plan, x, t):
    factor = lambda z: sum(p * exp(SCALE * k * z - (SCALE * k) ** 2 * t / 2) for k, p in GRID)
    return mixed(plan, x, t, factor(x), factor(-x))


def score(plan, epochs, sigma2, rho, offset, pooled):
    """epochs: (w, (mean, variance of the mean) of T and C, pooled variance)."""
    rho = mpf(rho)
    v = x = mpf(0)
    for w, (mt, vt), (mc, vc), p in epochs:
        s2 = vt + rho * rho * vc
        if pooled and rho == 1:
            s2 = max(s2, p)
        v += 1 / s2
        x += (mt - rho * mc - offset) / s2
    w = mpf(epochs[0][0])
    promised = plan[2] * w * (1 - w) / (sigma2 * ((1 - w) + rho * rho * w))
    return x / sqrt(promised), v / promised


def proportion_test(plan, epochs, rho):
    alpha, up, n = plan
    users = sum(nt + nc for _, nt, _, nc, _ in epochs)
    m = (sum(st + sc for _, _, st, _, sc in epochs) + mpf(1) / 2) / (users + 1)
    rho = mpf(rho)
    mu = rho * m
    factors = {(d, k): mpf(0) for d in (1, -1) for k, _ in GRID}
    s = v = mpf(0)
    promised = None
    for w, nt, st, nc, sc in epochs:
        w = mpf(w)
        ty, tn, cy, cn = (1 - mu) / w, -mu / w, -rho * (1 - m) / (1 - w), rho * m / (1 - w)
        variance = mu * (1 - mu) / w + rho ** 2 * m * (1 - m) / (1 - w)
        promised = promised or n / variance
        s += (st * ty + (nt - st) * tn + sc * cy + (nc - sc) * cn) / variance
        yes = (1 - mu) ** 2 / w + rho ** 2 * (1 - m) ** 2 / (1 - w)
        no = mu ** 2 / w + rho ** 2 * m ** 2 / (1 - w)
        v += ((st + sc) * yes + (nt - st + nc - sc) * no) / variance ** 2
        for (d, k) in factors:
            effect = k * SCALE / (sqrt(promised) * variance)
            limit = mpf("0.95") / (max(-tn, -cy) if d == 1 else max(ty, cn))
            g = d * min(effect, limit)
            factors[d, k] += (st * log(1 + g * ty) + (nt - st) * log(1 + g * tn)
                              + sc * log(1 + g * cy) + (nc - sc) * log(1 + g * cn))
    total = lambda d: sum(p * exp(factors[d, k]) for k, p in GRID)
    split = n * mpf(epochs[0][0]) * (1 - mpf(epochs[0][0]))
    uses_line = split * m >= 5 and split * (1 - m) >= 5
    return mixed(plan, s / sqrt(promised), v / promised, total(1), total(-1), uses_line)


def merge(a, b):
    """Moments (n, means..., deviations...) of y and x together."""
    (na, ya, xa, yya, xxa, xya), (nb, yb, xb, yyb, xxb, xyb) = a, b
    n, dy, dx = mpf(na) + nb, mpf(yb) - ya, mpf(xb) - xa
    h = mpf(na) * nb / n
    return (n, ya + dy * nb / n, xa + dx * nb / n, mpf(yya) + yyb + dy * dy * h, mpf(xxa) + xxb + dx * dx * h,
            mpf(xya) + xyb + dx * dy * h)


def together(rows):
    total = rows[0]
    for row in rows[1:]:
        total = merge(total, row)
    return total


def mean_test(plan, epochs, rho):
    flat = lambda a: (a[0], a[1], 0, a[2], 0, 0)
    pool = together([flat(a) for e in epochs for a in (e[1], e[2])])
    rows = []
    for w, t, c in epochs:
        both = together([flat(t), flat(c)])
        rows.append((w, (mpf(t[1]), mpf(t[2]) / (t[0] - 1) / t[0]), (mpf(c[1]), mpf(c[2]) / (c[0] - 1) / c[0]),
                     both[3] / (both[0] - 1) * (mpf(1) / t[0] + mpf(1) / c[0])))
    return normal(plan, *score(plan, rows, pool[3] / (pool[0] - 1), rho, 0, True))


def ratio_test(plan, epochs, rho):
    def estimate(a):
        n, y, x, yy, xx, xy = map(mpf, a)
        r = y / x
        return r, (yy - 2 * r * xy + r * r * xx) / (n - 1) / n / x ** 2
    rows = [(w, estimate(t), estimate(c), 0) for w, t, c in epochs]
    split = sum((mpf(t[0]) + c[0]) * mpf(w) * (1 - mpf(w)) for w, t, c in epochs)
    return normal(plan, *score(plan, rows, split / sum(1 / (t[1] + c[1]) for _, t, c, _ in rows), rho, 0, False))


def cuped_test(plan, epochs, rho):
    arms = [a for e in epochs for a in (e[1], e[2])]
    theta = sum(mpf(a[5]) for a in arms) / sum(mpf(a[4]) for a in arms)
    pool = together(arms)
    variance = lambda a: (mpf(a[3]) - 2 * theta * a[5] + theta ** 2 * a[4]) / (a[0] - 1)
    adjusted = lambda a: (a[1] - theta * (a[2] - pool[2]), variance(a) / a[0])
    return normal(plan, *score(plan, [(w, adjusted(t), adjusted(c), 0) for w, t, c in epochs], variance(pool), rho, 0, False))


def plan(users):
    up = rnd.choice([0.8, 0.2, 0.5, 1.0, 0.0])
    return [rnd.choice([0.05, 0.01, 0.1]), up, float(int(users * between(1.3, 4)))]


def shares(): return [rnd.choice([0.5, 0.3, 0.8]) for _ in range(rnd.randint(1, 3))]


def proportion_case():
    scale, rate = 10 ** between(2.5, 8), spread(-2.2, -0.4)
    epochs = []
    for w in shares():
        nt, nc = int(scale * w) + 30, int(scale * (1 - w)) + 30
        jump = between(-1.5, 3.5) * (rate / nt) ** 0.5
        epochs.append([w, nt, max(10, int(nt * min(0.9, rate + jump))), nc, max(10, int(nc * rate))])
    p, rho = plan(sum(e[1] + e[3] for e in epochs)), rnd.choice([1.0, 1.0, 0.98, 1.02])
    return {"plan": p, "epochs": epochs, "ratio": rho, "logEvidence": float(proportion_test(p, epochs, rho))}


def arm(n, effect):
    """Users, mean and deviations of y and x, correlated."""
    y, x, sy, sx, r = 5 + effect, 4.0, between(6, 20), between(2, 6), between(0.1, 0.8)
    return [float(n), y + between(-1, 1) * sy / n ** 0.5, x + between(-1, 1) * sx / n ** 0.5, n * sy ** 2, n * sx ** 2, n * r * sx * sy]


def moment_case(test, columns):
    scale, effect = 10 ** between(2.8, 8), 0.0
    epochs = []
    for w in shares():
        nt, nc = int(scale * w) + 200, int(scale * (1 - w)) + 200
        pick = lambda a: [a[i] for i in columns]
        epochs.append([w, pick(arm(nt, between(-10, 40) / nt ** 0.5)), pick(arm(nc, effect))])
    p, rho = plan(sum(e[1][0] + e[2][0] for e in epochs)), rnd.choice([1.0, 1.0, 0.98])
    return {"plan": p, "epochs": epochs, "ratio": rho, "logEvidence": float(test(p, epochs, rho))}


# --- read-outs

def beta_interval(a, b, level):
    """Quantiles on the logit y by Newton's method; the law is the density's quadrature over panels of its standard deviation."""
    centre, sd = log(a / b), sqrt(1 / a + 1 / b)
    peak = a * centre - (a + b) * log(1 + exp(centre))
    density = lambda y: exp(a * y - (a + b) * log(1 + exp(y)) - peak)
    low, high = centre - 14 * sd - 90 / a, centre + 14 * sd + 90 / b

    def mass(left, right):
        cuts = [left] + [c for k in range(-13, 14) if left < (c := centre + k * sd) < right] + [right]
        return mp.quad(density, cuts)
    total = mass(low, high)

    def quantile(p):
        y = centre + (-1 if p < mpf(1) / 2 else 1) * sd
        reached = mass(low, y)
        for _ in range(40):
            step = (reached - p * total) / density(y)
            step = max(-sd, min(sd, step))
            reached += mass(y, y - step) if step < 0 else -mass(y - step, y)
            y -= step
            if abs(step) < mpf(10) ** -30 * (1 + abs(y)):
                break
        return 1 / (1 + exp(-y))
    tail = (1 - mpf(level)) / 2
    return [float(quantile(tail)), float(quantile(1 - tail))]


def student_quantile(nu, tail):
    f = lambda z: betainc(mpf(nu) / 2, mpf(1) / 2, 0, nu / (nu + z * z), regularized=True) / 2
    return bisect(lambda z: tail - f(z), 0, 400)


def mean_interval(n, mean, deviations, level):
    tail = (1 - mpf(level)) / 2
    z = student_quantile(n - 1, tail) if n < 200 else bisect(lambda z: tail - survival(z), 0, 40)
    half = z * sqrt(mpf(deviations) / (n - 1) / n)
    return [float(mean - half), float(mean + half)]


def tau2(effects):
    w = [1 / mpf(v) for _, v in effects]
    centre = sum(wi * y for wi, (y, _) in zip(w, effects)) / sum(w)
    q = sum(wi * (y - centre) ** 2 for wi, (y, _) in zip(w, effects))
    scale = sum(w) - sum(wi ** 2 for wi in w) / sum(w)
    return centre, max(mpf(0), (q - (len(w) - 1)) / scale) if scale > 0 else mpf(0)


def effects(k, noise): return [[rnd.gauss(0.02, noise), spread(-5, -2)] for _ in range(k)]


def shrinkage_case(k):
    e = effects(k, 0.1)
    centre, between_ = tau2(e)
    return {"effects": e, "shrunk": [float(centre + between_ / (between_ + v) * (y - centre)) for y, v in e]}


def prior_case(k):
    e = effects(k, 0.08)
    _, between_ = tau2(e)
    precision = 1 / mpf("0.0025") + sum(1 / (v + between_) for _, v in e)
    mean = sum(y / (v + between_) for y, v in e) / precision
    return {"effects": e, "mean": float(mean), "standardDeviation": float(sqrt(between_ + 1 / precision))}


def log_lift_case():
    nc, nt = int(spread(2, 9)), int(spread(2, 9))
    sc, st = int(nc * spread(-2, -0.2)), int(nt * spread(-2, -0.2))
    rate = lambda s, n: (mpf(max(s, mpf(1) / 2)) / (max(s, mpf(1) / 2) + (n - s)), (n - s) / (max(s, mpf(1) / 2) + (n - s)) / max(s, mpf(1) / 2))
    (pc, vc), (pt, vt) = rate(mpf(sc), mpf(nc)), rate(mpf(st), mpf(nt))
    mean, sd, observed, variance = between(-.05, .05), between(.01, .2), between(-.3, .3), spread(-6, -1)
    w = mpf(sd) ** 2 / (mpf(sd) ** 2 + variance)
    return {"control": [nc, sc], "treatment": [nt, st], "logLift": float(log(pt / pc)), "variance": float(vt + vc),
            "prior": [mean, sd], "observed": [observed, variance],
            "combined": [float(mean + w * (observed - mean)), float(sqrt(w * variance))]}


def effect_case():
    wins, losses = rnd.randint(0, 40), rnd.randint(0, 40)
    tests, e = wins + losses + rnd.randint(0, 200), between(-60, 60)
    prior = mpf(wins + losses + 1) / (tests + 3)
    p = float(prior)
    return {"wins": wins, "losses": losses, "tests": tests, "prior": p, "logEvidence": e,
            "probability": float(mpf(p) * exp(mpf(e)) / (1 - mpf(p) + mpf(p) * exp(mpf(e))))}


def futility_case():
    p = [0.05, rnd.choice([0.8, 0.2, 0.5]), 10000.0]
    up, down = boundary(p[0], p[1])

    def chance(s, x, t):
        c = s[0]
        th, h, left = mpf(x) / max(mpf(t), mpf(1) / 4), c - mpf(x), 1 - mpf(t)
        if h <= 0:
            return mpf(1)
        return survival((h - th * left) / sqrt(left)) + exp(2 * th * h) * survival((h + th * left) / sqrt(left))
    x, t = between(-3, 2.4), between(0.02, 0.99)
    value = max(chance(up, x, t) if p[1] >= 0.5 else 0, chance(down, -x, t) if p[1] <= 0.5 else 0)
    return {"plan": p, "x": x, "t": t, "chance": float(min(mpf(1), value))}


# --- planning: the table of docs/stats/planning.md, linear between its entries

TABLE = [mpf(s) for s in "0 0.96 1.92 2.8 3.84 4.8".split()]
POWER = {True: "0 0.138 0.436 0.755 0.957 0.996", False: "0 0.102 0.359 0.685 0.932 0.993"}
SHARE = {True: "1 0.955 0.848 0.694 0.504 0.372", False: "1 0.970 0.887 0.752 0.556 0.417"}


def lookup(row, effect):
    values = [mpf(s) for s in row.split()]
    for i in range(1, len(TABLE)):
        if effect <= TABLE[i]:
            return values[i - 1] + (effect - TABLE[i - 1]) / (TABLE[i] - TABLE[i - 1]) * (values[i] - values[i - 1])
    return values[-1]


def duration_case():
    effect, declared = between(0, 6), rnd.random() < 0.5
    return {"effect": effect, "declared": declared, "power": float(lookup(POWER[declared], mpf(effect))),
            "share": float(lookup(SHARE[declared], mpf(effect)))}


def hermite_rule(order):
    """Nodes and weights for the standard normal law: roots of He_n by Newton from a scan of signs."""
    def he(n, x):
        a, b = mpf(1), x
        for k in range(1, n):
            a, b = b, x * b - k * a
        return b, a  # He_n, He_(n-1)
    nodes, step = [], mpf(1) / 50
    x = -2 * sqrt(mpf(order)) - 1
    while x < 2 * sqrt(mpf(order)) + 1:
        if he(order, x)[0] * he(order, x + step)[0] < 0:
            low, high = x, x + step
            sign = he(order, low)[0] > 0
            nodes.append(bisect(lambda z: (-1 if (he(order, z)[0] > 0) == sign else 1), low, high))
        x += step
    factorial = mp.factorial(order)
    return nodes, [factorial / (order * he(order, z)[1]) ** 2 for z in nodes]


NODES, WEIGHTS = hermite_rule(41)
assert len(NODES) == 41 and abs(sum(WEIGHTS) - 1) < mpf(10) ** -40


def value_case():
    m, w, n, daily = between(0.01, 0.4), rnd.choice([0.5, 0.3]), spread(3, 6), spread(2, 5)
    yearly, money, cost, declared = spread(4, 7), spread(0, 2), spread(0, 3), rnd.random() < 0.5
    mean, sd = between(-0.03, 0.06), between(0.01, 0.15)
    per_lift = mpf(m) * sqrt(mpf(n) / (mpf(m) * (1 - mpf(m)) / (mpf(w) * (1 - mpf(w)))))
    gain = share = mpf(0)
    for z, weight in zip(NODES, WEIGHTS):
        lift = max(mpf(0), mean + sd * z)
        gain += weight * lookup(POWER[declared], lift * per_lift) * lift
        share += weight * lookup(SHARE[declared], lift * per_lift)
    days = mpf(n) / daily
    total = gain * m * money * yearly - cost * days * share
    return {"idea": [m, w, n, daily, yearly, money, cost], "declared": declared, "prior": [mean, sd],
            "money": float(total), "perUser": float(total / (n * share)), "days": float(days * share),
            "scale": float(gain * m * money * yearly)}


# --- the rest

def trials_case():
    k, t = rnd.randint(2, 5), rnd.randint(1, 12)
    n = [[int(spread(0.5, 5)) for _ in range(k)] for _ in range(t)]
    c = [[int(v * between(0, 0.2)) for v in row] for row in n]
    rate = max(mpf(sum(map(sum, c))), mpf("1e-9")) / max(sum(map(sum, n)), 1)
    rho = [mpf(1)] * k
    for _ in range(6):
        mu = [(sum(cr) + 1) / (sum(v * r for v, r in zip(nr, rho)) + 1 / rate) for nr, cr in zip(n, c)]
        expected = [sum(n[i][j] * mu[i] for i in range(t)) for j in range(k)]
        rho = [(sum(row[j] for row in c) + 2) / (expected[j] + 2) for j in range(k)]
    return {"trials": n, "conversions": c, "adjusted": [float(e / rate) for e in expected]}


def ebh_case():
    k, alpha = rnd.randint(1, 30), rnd.choice([0.05, 0.1, 0.2])
    e = [between(-2, 7) for _ in range(k)]
    order = sorted(range(k), key=lambda i: -e[i])
    kept = max([j for j in range(1, k + 1) if e[order[j - 1]] >= log(mpf(k) / (mpf(alpha) * j))], default=0)
    return {"alpha": alpha, "logEvidence": e, "discovered": sorted(order[:kept])}


def loss_case():
    loss, mean, value, users = spread(-8, 2), between(-50, 50), between(-20, 90), spread(0, 9)
    return {"loss": loss, "controlMean": mean, "relative": float(mpf(loss) / abs(mpf(mean))), "value": value, "users": users,
            "money": float(mpf(loss) * value * users)}


def interval_case():
    a, b, level = spread(-0.3, 7), spread(-0.3, 8), rnd.choice([0.95, 0.8, 0.99])
    n = int(spread(0.5, 5))
    n = max(n, 2)
    mean, deviations = between(-5, 50), spread(-2, 6)
    return {"alpha": a, "beta": b, "level": level, "rate": beta_interval(mpf(a), mpf(b), level),
            "moments": [n, mean, deviations], "mean": mean_interval(n, mean, deviations, level)}


print(json.dumps({
    "note": "50 digits by mpmath, rounded to double; written by accuracy.py",
    "proportion_test": [proportion_case() for _ in range(40)],
    "mean_test": [moment_case(mean_test, [0, 1, 3]) for _ in range(40)],
    "ratio_test": [moment_case(ratio_test, range(6)) for _ in range(40)],
    "cuped_test": [moment_case(cuped_test, range(6)) for _ in range(40)],
    "futility": [futility_case() for _ in range(60)],
    "credible_interval": [interval_case() for _ in range(30)],
    "effect_probability": [effect_case() for _ in range(60)],
    "segment_shrinkage": [shrinkage_case(k) for k in range(1, 25)],
    "learned_prior": [prior_case(k) for k in range(5, 29)],
    "log_lift": [log_lift_case() for _ in range(40)],
    "expected_loss": [loss_case() for _ in range(20)],
    "expected_duration": [duration_case() for _ in range(40)],
    "value_of_running": [value_case() for _ in range(20)],
    "effective_trials": [trials_case() for _ in range(30)],
    "e_benjamini_hochberg": [ebh_case() for _ in range(60)],
}, separators=(",", ":")))
