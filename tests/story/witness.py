"""Another SQLCipher program: runs statements on a database whose key it is given.

Standard input, one line of JSON: {"database", "key" (hex), "statements": [[sql, [values]]], "hold"}. Bytes are
{"hex": "…"} both ways. Prints one line of JSON with the rows of every statement and commits; with "hold" it first
keeps its transaction open until standard input ends.
"""

import json
import sys

from sqlcipher3 import dbapi2


def decoded(value):
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value


def encoded(value):
    return {"hex": value.hex()} if isinstance(value, bytes) else value


def main():
    order = json.loads(sys.stdin.readline())
    connection = dbapi2.connect(order["database"], isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{order['key']}'\"")
    connection.execute("BEGIN IMMEDIATE")
    answers = []
    for sql, values in order["statements"]:
        rows = connection.execute(sql, [decoded(value) for value in values]).fetchall()
        answers.append([[encoded(value) for value in row] for row in rows])
    if order["hold"]:
        print(json.dumps(answers), flush=True)
        sys.stdin.read()
        connection.execute("COMMIT")
    else:
        connection.execute("COMMIT")
        print(json.dumps(answers))
    connection.close()


main()
