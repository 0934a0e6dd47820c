#!/usr/bin/env python3
"""Independent witness: reads every golden vector with its own strict CBOR and its own SM3, and recomputes every id and field.

Standard library only; shares nothing with the Rust crate. Prints how many vectors it read; exits 1 at the first difference.
"""
import json, pathlib, sys

EVENT = "rules ws form kind person seat epoch cites prev round rev content def step plan log wall args nonce"
STEP = "roles units need bar differ ink outsider box"
ARGS = {
    1: "ledger unit", 2: "migrate", 3: "number carry", 4: "mode signer outsider on_behalf box scan basis",
    5: "target step mode signer outsider on_behalf scan reason", 6: "number receipt basis", 7: "dismissed", 8: "person",
    9: "table row supersedes at on_behalf box basis",
}
SNAPSHOT, ATTACHMENT, LINK = "format def fields attachments links", "slot name media len digest", "form seal content"
ENTRY = "ws number prev body sigs"


def sm3(data):
    """GB/T 32905: 256-bit digest, Merkle-Damgård over 64-byte blocks."""
    m32, rot = 0xFFFFFFFF, lambda x, n: ((x << n % 32) | (x & 0xFFFFFFFF) >> (32 - n % 32)) & 0xFFFFFFFF
    p0, p1 = (lambda x: x ^ rot(x, 9) ^ rot(x, 17)), (lambda x: x ^ rot(x, 15) ^ rot(x, 23))
    v = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = data + b"\x80" + bytes(-(len(data) + 9) % 64) + (8 * len(data)).to_bytes(8, "big")
    for at in range(0, len(padded), 64):
        w = [int.from_bytes(padded[at + i : at + i + 4], "big") for i in range(0, 64, 4)]
        for j in range(16, 68):
            w.append(p1(w[j - 16] ^ w[j - 9] ^ rot(w[j - 3], 15)) ^ rot(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = v
        for j in range(64):
            s1 = rot((rot(a, 12) + e + rot(0x79CC4519 if j < 16 else 0x7A879D8A, j)) & m32, 7)
            s2 = s1 ^ rot(a, 12)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
            a, b, c, d, e, f, g, h = (
                (ff + d + s2 + (w[j] ^ w[j + 4])) & m32, a, rot(b, 9), c,
                p0((gg + h + s1 + w[j]) & m32), e, rot(f, 19), g)
        v = [x ^ y for x, y in zip(v, (a, b, c, d, e, f, g, h))]
    return b"".join(x.to_bytes(4, "big") for x in v)


def item(data, at=0, depth=8):
    """One item at `at`: (value, next). Arrays, ints, byte and text strings, null; shortest lengths only."""
    if depth < 0 or at >= len(data):
        raise ValueError("too deep or cut short")
    major, info, at = data[at] >> 5, data[at] & 31, at + 1
    if (major, info) == (7, 22):
        return None, at
    if major > 4 or info > 27:
        raise ValueError("a type the subset does not have")
    n = info
    if info >= 24:
        width = 1 << (info - 24)
        n, at = int.from_bytes(data[at : at + width], "big"), at + width
        if at > len(data) or n < (24, 1 << 8, 1 << 16, 1 << 32)[info - 24]:
            raise ValueError("not the shortest length")
    if major < 2:
        return (n if major == 0 else -1 - n), at
    if n > len(data) - at:
        raise ValueError("longer than the input")
    if major < 4:
        raw = bytes(data[at : at + n])
        return (raw if major == 2 else raw.decode("utf-8")), at + n
    values = []
    for _ in range(n):
        value, at = item(data, at, depth - 1)
        values.append(value)
    return values, at


def whole(data):
    value, end = item(data)
    if end != len(data):
        raise ValueError("trailing bytes")
    return value


def shown(value):
    """JSON shape of the vectors: bytes as h'…', the rest as itself."""
    if isinstance(value, dict):
        return {key: shown(v) for key, v in value.items()}
    if isinstance(value, list):
        return [shown(v) for v in value]
    return f"h'{value.hex()}'" if isinstance(value, bytes) else value


def named(names, values):
    names = names.split()
    if len(names) != len(values):
        raise ValueError("wrong number of fields")
    return dict(zip(names, values))


def read_event(body):
    fields = named(EVENT, whole(body))
    fields["args"] = named(ARGS[fields["kind"]], whole(fields["args"]))
    fields["epoch"], fields["log"] = named("number hash", fields["epoch"]), named("inc n dprev", fields["log"])
    if fields["plan"] is not None:
        fields["plan"] = [named(STEP, step) for step in whole(fields["plan"])]
    return fields, b"qianban/event/1\0"


def read_snapshot(body):
    fields = named(SNAPSHOT, whole(body))
    for key, names in (("attachments", ATTACHMENT), ("links", LINK)):
        fields[key] = [named(names, row) for row in fields[key]]
    keys = [key.encode() for key, _ in fields["fields"]]
    if keys != sorted(set(keys)):
        raise ValueError("keys are not strictly ascending")
    return fields, b""


READ = {"event": read_event, "snapshot": read_snapshot}


def check(vector):
    body = bytes.fromhex(vector["body"])
    fields, label = READ[vector["type"]](body)
    assert shown(fields) == vector["fields"], f"fields differ: {shown(fields)}"
    assert sm3(label + body).hex() == vector["id"], "the id differs"


def main(folder):
    paths = sorted(folder.glob("*.json"))
    for path in paths:
        try:
            check(json.loads(path.read_text("utf-8")))
        except (ValueError, AssertionError) as why:
            sys.exit(f"{path.name}: {why}")
    print(len(paths))


if __name__ == "__main__":
    main(pathlib.Path(__file__).resolve().parent)
