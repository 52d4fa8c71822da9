"""Runs steps with python-oracledb in thin mode and prints what came back as JSON.

stdin: {"dsn", "user", "password", "steps": [{"sql", "binds"?, "many"?, "batch_errors"?, "lob"?, "data"?, "arraysize"?, "inline_lobs"?, "cancel_after"?}]}
"""
import datetime
import decimal
import json
import sys
import threading

import oracledb

oracledb.defaults.fetch_decimals = True


def plain(v):
    if v is None or isinstance(v, bool):
        return v
    if isinstance(v, oracledb.LOB):
        return plain(v.read())
    if isinstance(v, (int, decimal.Decimal)):
        text = format(decimal.Decimal(v), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(v, float):
        if v != v or abs(v) == float("inf"):
            return "nan" if v != v else "inf" if v > 0 else "-inf"
        return str(int(v)) if v == int(v) else repr(v)
    if isinstance(v, datetime.datetime):
        return v.strftime("%Y-%m-%d %H:%M:%S.") + "%03d" % (v.microsecond // 1000)
    if isinstance(v, datetime.timedelta):
        return "%.6f s" % v.total_seconds()
    if isinstance(v, bytes):
        return v.hex() if v else ""
    return str(v)


def handler(inline):
    def choose(cursor, name, kind, size, precision, scale):
        if kind == oracledb.DB_TYPE_CLOB:
            return cursor.var(oracledb.DB_TYPE_LONG, arraysize=cursor.arraysize)
        if kind == oracledb.DB_TYPE_NCLOB:
            return cursor.var(oracledb.DB_TYPE_LONG_NVARCHAR, arraysize=cursor.arraysize)
        if kind == oracledb.DB_TYPE_BLOB:
            return cursor.var(oracledb.DB_TYPE_LONG_RAW, arraysize=cursor.arraysize)
    return choose if inline else None


def run(connection, step):
    cursor = connection.cursor()
    cursor.arraysize = step.get("arraysize", 100)
    cursor.outputtypehandler = handler(step.get("inline_lobs"))
    if step["sql"] in ("commit", "rollback", "ping"):
        getattr(connection, step["sql"])()
        return {}
    if step.get("cancel_after"):
        threading.Timer(step["cancel_after"], connection.cancel).start()
    if "many" in step:
        cursor.executemany(step["sql"], step["many"], batcherrors=step.get("batch_errors", False))
        return {"count": cursor.rowcount, "errors": [[e.offset, e.code] for e in cursor.getbatcherrors() or []]}
    if "lob" in step:
        lob = connection.createlob(getattr(oracledb, "DB_TYPE_" + step["lob"]))
        lob.write(step["data"] if step["lob"] != "BLOB" else bytes.fromhex(step["data"]))
        cursor.execute(step["sql"], [lob])
        return {"count": cursor.rowcount}
    cursor.execute(step["sql"], step.get("binds", []))
    if not cursor.description:
        return {"count": cursor.rowcount}
    rows = [[plain(v) for v in row] for row in cursor]
    return {"names": [d[0] for d in cursor.description], "rows": rows}


def main():
    task = json.load(sys.stdin)
    out = []
    try:
        connection = oracledb.connect(user=task["user"], password=task["password"], dsn=task["dsn"], **task.get("options", {}))
    except oracledb.Error as e:
        print(json.dumps([{"error": e.args[0].full_code, "text": str(e)}]))
        return
    assert connection.thin
    out.append({"version": connection.version})
    for step in task["steps"]:
        try:
            out.append(run(connection, step))
        except oracledb.Error as e:
            out.append({"error": e.args[0].full_code or str(e)})
    connection.close()
    print(json.dumps(out))


main()
