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
CHANGE = {
    1: "kind name level suite quorum founder code", 2: "kind quorum", 3: "kind person name person_kind unit active",
    4: "kind unit name active", 5: "kind person role unit", 6: "kind certificate code", 7: "kind seat allow",
    8: "kind person role unit allow", 9: "kind from to since until", 10: "kind from to allow",
    11: "kind ledger from to allow", 12: "kind entry allow", 13: "kind def policy", 14: "kind def",
    15: "kind series year first last seat", 16: "kind key value", 17: "kind ledger title pc", 18: "kind incarnation public",
    19: "kind incarnation", 20: "kind quorum", 21: "kind fork quorum",
    22: "kind seat",
}
RECEIPT, CHECKPOINT = "ws form heads incarnation time sig", "ws incarnation n root time sig"
POLICY, TABLE = "ledger series create_roles edit_roles tables register seal_mode", "name roles phases single"


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
    if at >= len(data) or (data[at] >> 5 == 4 and depth == 0):
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
    return fields


def read_snapshot(body):
    fields = named(SNAPSHOT, whole(body))
    for key, names in (("attachments", ATTACHMENT), ("links", LINK)):
        fields[key] = [named(names, row) for row in fields[key]]
    keys = [key.encode() for key, _ in fields["fields"]]
    if keys != sorted(set(keys)):
        raise ValueError("keys are not strictly ascending")
    return fields


def read_change(values):
    fields = named(CHANGE[values[0]], values)
    public, pc = (lambda v: named("suite key", v)), (lambda v: named("device incarnation", v))
    for key in ("founder", "certificate"):
        if key in fields:
            fields[key] = named("person device incarnation public", fields[key])
            fields[key]["public"] = public(fields[key]["public"])
    if "quorum" in fields:
        fields["quorum"] = named("need members", fields["quorum"])
        members = [named("person public", member) for member in fields["quorum"]["members"]]
        fields["quorum"]["members"] = [{**member, "public": public(member["public"])} for member in members]
    if "policy" in fields:
        fields["policy"] = named(POLICY, fields["policy"])
        fields["policy"]["tables"] = [named(TABLE, table) for table in fields["policy"]["tables"]]
    for key in {11: ("from", "to"), 17: ("pc",)}.get(fields["kind"], ()):
        fields[key] = pc(fields[key])
    if fields["kind"] == 18:
        fields["public"] = public(fields["public"])
    return fields


def read_registry(body):
    fields = named("ws number prev body sigs", whole(body))
    fields["body"] = read_change(fields["body"])
    fields["sigs"] = [named("member sig", sig) for sig in fields["sigs"]]
    return fields


def signed_part(body, count):
    """A signed value without its signatures: the first `count` of its values as an array of so many."""
    end = 1
    for _ in range(count):
        _, end = item(body, end)
    return bytes([0x80 + count]) + body[1:end]


def heads(ids):
    """The digest of a form's heads: the ascending ids, 32 bytes each, as an array."""
    head = bytes([0x80 + len(ids)]) if len(ids) < 24 else bytes([0x98, len(ids)])
    return sm3(b"qianban/heads/1\0" + head + b"".join(b"\x58\x20" + one for one in sorted(ids)))


def check_log(vector):
    """The roots of an endpoint's log, event by event."""
    ids = [bytes.fromhex(text) for text in vector["ids"]]
    root = sm3(b"qianban/endpoint-log/1\0" + bytes.fromhex(vector["ws"] + vector["incarnation"]))
    roots = [root]
    for one in ids:
        root = sm3(b"qianban/endpoint-log/1\0" + root + one)
        roots.append(root)
    assert [root.hex() for root in roots] == vector["roots"], "a root differs"


READ = {
    "event": (read_event, lambda body: b"qianban/event/1\0" + body),
    "registry": (read_registry, lambda body: b"qianban/registry/1\0" + signed_part(body, 4)),
    "receipt": (lambda body: named(RECEIPT, whole(body)), lambda body: b"qianban/receipt/1\0" + signed_part(body, 5)),
    "checkpoint": (
        lambda body: named(CHECKPOINT, whole(body)), lambda body: b"qianban/checkpoint/1\0" + signed_part(body, 5)),
    "snapshot": (read_snapshot, lambda body: body),
}


def check(vector):
    read, hashed = READ[vector["type"]]
    body = bytes.fromhex(vector["body"])
    fields = shown(read(body))
    assert fields == vector["fields"], f"fields differ: {fields}"
    assert sm3(hashed(body)).hex() == vector["id"], "the id differs"
    if "heads" in vector:
        ids = [bytes.fromhex(text) for text in vector["heads"]]
        assert fields["heads"] == shown(heads(ids)), "the digest of the heads differs"


def refused(vector):
    """Where the encoding alone is wrong, this reader refuses it too."""
    try:
        whole(bytes.fromhex(vector["body"]))
    except ValueError:
        return
    assert not vector["encoding"], f"{vector['name']} should be refused"


def main(folder):
    paths = sorted(folder.glob("*.json"))
    for path in paths:
        content = json.loads(path.read_text("utf-8"))
        try:
            if path.stem == "refused":
                [refused(vector) for vector in content]
            elif path.stem == "endpoint-log":
                check_log(content)
            else:
                check(content)
        except (ValueError, AssertionError) as why:
            sys.exit(f"{path.name}: {why}")
    print(len(paths))


if __name__ == "__main__":
    main(pathlib.Path(__file__).resolve().parent)
