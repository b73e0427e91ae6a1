"""Writes assignment.json: golden values of docs/assignment.md, from an implementation of XXH3 of its own (standard library only).

    python3 tests/vectors/assignment.py > tests/vectors/assignment.json
"""
import json
import struct

M64 = (1 << 64) - 1
P32_1, P32_2, P32_3 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
P64_1, P64_2, P64_3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
P64_4, P64_5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221"
    "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8"
    "fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb17"
    "0ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e")


def u32(b, i=0): return struct.unpack_from("<I", b, i)[0]
def u64(b, i=0): return struct.unpack_from("<Q", b, i)[0]
def fold(a, b): p = a * b; return (p & M64) ^ (p >> 64)
def rotl(x, r): return ((x << r) | (x >> (64 - r))) & M64
def swap64(x): return int.from_bytes(x.to_bytes(8, "little"), "big")


def xxh3_avalanche(h):
    h ^= h >> 37
    h = h * 0x165667919E3779F9 & M64
    return h ^ (h >> 32)


def xxh64_avalanche(h):
    h ^= h >> 33
    h = h * P64_2 & M64
    h ^= h >> 29
    h = h * P64_3 & M64
    return h ^ (h >> 32)


def mix16(d, i, s): return fold(u64(d, i) ^ u64(SECRET, s), u64(d, i + 8) ^ u64(SECRET, s + 8))


def xxh3(d):
    n = len(d)
    if n == 0: return xxh64_avalanche(u64(SECRET, 56) ^ u64(SECRET, 64))
    if n <= 3:
        combined = (d[0] << 16) | (d[n >> 1] << 24) | d[-1] | (n << 8)
        return xxh64_avalanche(combined ^ (u32(SECRET, 0) ^ u32(SECRET, 4)))
    if n <= 8:
        h = (u32(d, n - 4) + (u32(d) << 32)) ^ (u64(SECRET, 8) ^ u64(SECRET, 16))
        h &= M64
        h ^= rotl(h, 49) ^ rotl(h, 24)
        h = h * 0x9FB21C651E98DF25 & M64
        h ^= (h >> 35) + n
        h = h * 0x9FB21C651E98DF25 & M64
        return h ^ (h >> 28)
    if n <= 16:
        lo = u64(d) ^ (u64(SECRET, 24) ^ u64(SECRET, 32))
        hi = u64(d, n - 8) ^ (u64(SECRET, 40) ^ u64(SECRET, 48))
        return xxh3_avalanche((n + swap64(lo) + hi + fold(lo, hi)) & M64)
    if n <= 128:
        acc = n * P64_1
        for i in reversed(range((n - 1) // 32 + 1)):
            acc += mix16(d, 16 * i, 32 * i) + mix16(d, n - 16 * (i + 1), 32 * i + 16)
        return xxh3_avalanche(acc & M64)
    if n <= 240:
        acc = n * P64_1
        for i in range(8): acc += mix16(d, 16 * i, 16 * i)
        acc = xxh3_avalanche(acc & M64)
        for i in range(8, n // 16): acc += mix16(d, 16 * i, 16 * (i - 8) + 3)
        acc += mix16(d, n - 16, 136 - 17)
        return xxh3_avalanche(acc & M64)
    acc = [P32_3, P64_1, P64_2, P64_3, P64_4, P32_2, P64_5, P32_1]

    def stripe(at, s):
        for i in range(8):
            value = u64(d, at + 8 * i)
            key = value ^ u64(SECRET, s + 8 * i)
            acc[i ^ 1] = (acc[i ^ 1] + value) & M64
            acc[i] = (acc[i] + (key & 0xFFFFFFFF) * (key >> 32)) & M64

    block = 64 * 16
    for b in range((n - 1) // block):
        for j in range(16): stripe(b * block + 64 * j, 8 * j)
        for i in range(8):
            acc[i] = (acc[i] ^ (acc[i] >> 47) ^ u64(SECRET, 192 - 64 + 8 * i)) * P32_1 & M64
    done = (n - 1) // block * block
    for j in range((n - 1 - done) // 64): stripe(done + 64 * j, 8 * j)
    stripe(n - 64, 192 - 64 - 7)
    h = n * P64_1
    for i in range(4): h += fold(acc[2 * i] ^ u64(SECRET, 11 + 16 * i), acc[2 * i + 1] ^ u64(SECRET, 11 + 16 * i + 8))
    return xxh3_avalanche(h & M64)


def hash64(salt, user): return xxh3((salt + ":" + user).encode())
def bucket(h): return h * 10000 >> 64


USERS = ["u1", "u2", "42", "a", "Marsha", "marsha", "alice@example.com", "6f9619ff-8b86-d011-b42d-00c04fc964ff", "user:with:colons",
         " spaced user ", "Zoë", "Zoe\u0308", "Ελένη", "用户一", "👩🏽\u200d🚀", "{braces}", "x" * 120, "y" * 130, "z" * 512, "é" * 512]
SALTS = ["experiment/1/spring-email", "layer/1/email.spring", "practice/1/spring-email", "", "a", "s:with:colon", "salé"]

SNAPSHOT = {
    "version": 7,
    "experiments": [
        {"key": "spring-email", "kind": "ab", "parameter": "email.spring", "layerSalt": "layer/1/email.spring", "slots": [[0, 3000], [9000, 9500]],
         "salt": "experiment/1/spring-email", "epoch": 0, "variants": [{"key": "none", "value": None}, {"key": "mens", "value": "mens"}],
         "table": [[0, 0], [5000, 1]]},
        {"key": "email-autumn", "kind": "bandit", "parameter": "email.spring", "layerSalt": "layer/1/email.spring", "slots": [[3000, 6000]],
         "salt": "experiment/1/email-autumn", "epoch": 3,
         "variants": [{"key": "a", "value": "a"}, {"key": "b", "value": "b"}, {"key": "c", "value": "c"}],
         "table": [[0, 0], [2000, 1], [6667, 2], [9867, 1]]},
        {"key": "button", "kind": "ab", "parameter": "checkout.button", "layerSalt": "layer/1/checkout", "slots": [[0, 10000]],
         "salt": "experiment/1/button", "epoch": 0, "variants": [{"key": "grey", "value": False}, {"key": "green", "value": True}],
         "table": [[0, 0], [9000, 1]], "audience": {"any": [{"attribute": "country", "in": ["FR", "BE"]}, {"attribute": "orders", "atLeast": 10}]}},
    ],
    "bestPractices": [
        {"key": "email", "parameter": "email.spring", "value": "womens", "holdbackValue": "none", "salt": "practice/1/email", "holdbackBuckets": 500},
        {"key": "big-holdback", "parameter": "delivery.promise", "value": 2, "salt": "practice/1/big-holdback", "holdbackBuckets": 5000},
    ],
}


def evaluate(parameter, user, attributes):
    for e in SNAPSHOT["experiments"]:
        if e["parameter"] != parameter: continue
        slot = bucket(hash64(e["layerSalt"], user))
        if not any(lo <= slot < hi for lo, hi in e["slots"]): continue
        if "audience" in e and not (attributes.get("country") in ("FR", "BE") or attributes.get("orders", 0) >= 10): continue
        b = bucket(hash64(e["salt"], user))
        index = [v for at, v in e["table"] if at <= b][-1]
        ends = [at for at, _ in e["table"][1:]] + [10000]
        share = sum(end - at for (at, v), end in zip(e["table"], ends) if v == index)
        return {"source": "experiment", "reason": "split", "experiment": e["key"], "variant": e["variants"][index]["key"],
                "value": e["variants"][index]["value"], "propensity": share / 10000, "epoch": e["epoch"]}
    for p in SNAPSHOT["bestPractices"]:
        if p["parameter"] != parameter: continue
        held = bucket(hash64(p["salt"], user)) < p["holdbackBuckets"]
        return {"source": "bestPractice", "reason": "holdback" if held else "bestPractice", "bestPractice": p["key"],
                "variant": "holdback" if held else "practice", "value": p.get("holdbackValue") if held else p["value"],
                "propensity": (p["holdbackBuckets"] if held else 10000 - p["holdbackBuckets"]) / 10000, "epoch": 0}
    return {"source": "none", "reason": "noMatch" if parameter == "checkout.button" else "unknownParameter", "value": None}


hashes = []
for salt in SALTS:
    for user in USERS:
        h = hash64(salt, user)
        hashes.append({"salt": salt, "user": user, "hash64": f"{h:016x}", "bucket": bucket(h)})
assignments = []
for user in USERS + [f"user-{i}" for i in range(60)]:
    for parameter, attributes in [("email.spring", {}), ("checkout.button", {}), ("checkout.button", {"country": "FR"}),
                                  ("checkout.button", {"country": "DE", "orders": 12}), ("delivery.promise", {}), ("unknown", {})]:
        assignments.append({"parameter": parameter, "user": user, "attributes": attributes, "expected": evaluate(parameter, user, attributes)})
invalid = ["", "a\nb", "\u0000", "tab\t", "\u007f", "\u0085", "x" * 513]
print(json.dumps({
    "note": "docs/assignment.md. hash64 in hexadecimal, most significant digit first; everything is exact. Made by assignment.py.",
    "hashes": hashes, "invalidUsers": invalid, "snapshot": SNAPSHOT, "assignments": assignments}, indent=1))
