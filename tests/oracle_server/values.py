"""Values as the server keeps them in SQLite, and Oracle's functions for the loader's INSERT statements."""
import datetime
import re

MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
FORMATS = (("SYYYY", r"(?P<Y>-?\d{1,4})"), ("YYYY", r"(?P<Y>\d{1,4})"), ("RRRR", r"(?P<Y>\d{4})"), ("RR", r"(?P<R>\d{2})"), ("YY", r"(?P<R>\d{2})"),
           ("MONTH", r"(?P<N>[A-Za-z]{3})[a-z]*"), ("MON", r"(?P<N>[A-Za-z]{3})[a-z]*"), ("MM", r"(?P<M>\d{1,2})"), ("DD", r"(?P<D>\d{1,2})"),
           ("HH24", r"(?P<h>\d{1,2})"), ("HH12", r"(?P<h>\d{1,2})"), ("HH", r"(?P<h>\d{1,2})"), ("MI", r"(?P<m>\d{1,2})"), ("SS", r"(?P<s>\d{1,2})"),
           ("AM", r"(?P<p>[AaPp][Mm])"), ("PM", r"(?P<p>[AaPp][Mm])"), ("TZH", r"(?P<z>[+-]?\d{1,2})"), ("TZM", r"(?P<zm>\d{2})"))


def number_bytes(text):
    """A NUMBER's own bytes: for values that neither INTEGER nor REAL holds exactly."""
    sign, digits, exponent = re.fullmatch(r"([+-]?)([\d.]+)(?:[eE]([+-]?\d+))?", text.strip()).groups()
    whole, _, fraction = digits.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    if not digits:
        return b"\x80"
    if point % 2:
        digits, point = "0" + digits, point + 1
    digits += "0" * (len(digits) % 2)
    pairs = [int(digits[i:i + 2]) for i in range(0, len(digits), 2)][:20]
    e = point // 2 - 1
    if sign == "-":
        return bytes([62 - e] + [101 - p for p in pairs] + ([102] if len(pairs) < 20 else []))
    return bytes([193 + e] + [p + 1 for p in pairs])


def number(text):
    """How SQLite keeps a number: int, float or bytes."""
    if re.fullmatch(r"[+-]?\d{1,18}", text):
        return int(text)
    if len(re.sub(r"[eE].*|\D", "", text).strip("0")) <= 15:
        return float(text)
    return number_bytes(text)


def canonical(y, mo, d, h=0, mi=0, s=0, fraction="", zone=""):
    text = "%s%04d-%02d-%02d %02d:%02d:%02d" % ("-" if y < 0 else "", abs(y), mo, d, h, mi, s)
    fraction = fraction.rstrip("0")
    return text + ("." + fraction if fraction else "") + (" " + zone if zone else "")


def pattern(form):
    out, at = "", 0
    while at < len(form):
        upper = form[at:].upper()
        if upper.startswith(("FF", "XFF")):
            at += 3 if upper[0] == "X" else 2
            out += r"\.?" if upper[0] == "X" else ""
            out += r"(?P<f>\d*)"
            at += form[at:at + 1].isdigit()
            continue
        for name, regex in FORMATS:
            if upper.startswith(name):
                out += regex
                at += len(name)
                break
        else:
            out += r"\s*" if form[at].isspace() else r"\W?" if not form[at].isalnum() else re.escape(form[at])
            at += 1
    return re.compile(out + r"\s*$")


def to_datetime(text, form="DD-MON-RR"):
    if text is None:
        return None
    m = pattern(form).match(text.strip())
    if not m:
        raise ValueError("%r is not %r" % (text, form))
    g = m.groupdict()
    year = int(g["Y"]) if g.get("Y") else 2000 + int(g.get("R") or 0) - (100 if int(g.get("R") or 0) >= 50 else 0)
    month = MONTHS.index(g["N"].upper()) + 1 if g.get("N") else int(g.get("M") or 1)
    hour = int(g.get("h") or 0)
    if g.get("p"):
        hour = hour % 12 + (12 if g["p"].upper() == "PM" else 0)
    zone = "%+03d:%s" % (int(g["z"]), g.get("zm") or "00") if g.get("z") else ""
    return canonical(year, month, int(g.get("D") or 1), hour, int(g.get("m") or 0), int(g.get("s") or 0), g.get("f") or "", zone)


def literal_datetime(text):
    """DATE '…' and TIMESTAMP '…'."""
    m = re.fullmatch(r"(-?\d+)-(\d+)-(\d+)(?:[ T](\d+):(\d+):(\d+)(?:\.(\d+))?)?(?: ?(.+))?", text.strip())
    y, mo, d, h, mi, s, f, zone = m.groups()
    return canonical(int(y), int(mo), int(d), int(h or 0), int(mi or 0), int(s or 0), f or "", zone or "")


def unistr(text):
    return re.sub(r"\\([0-9A-Fa-f]{4})", lambda m: chr(int(m.group(1), 16)), text).encode("utf-16", "surrogatepass").decode("utf-16") if text else None


def register(db):
    now = lambda: datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")  # noqa: E731
    for name, n, call in (
            ("TO_DATE", 2, to_datetime), ("TO_TIMESTAMP", 2, to_datetime), ("TO_TIMESTAMP_TZ", 2, to_datetime), ("CHR", 1, lambda n: chr(n)),
            ("NVL", 2, lambda a, b: b if a is None else a), ("ORA_SYSDATE", 0, now), ("EMPTY_CLOB", 0, lambda: ""), ("EMPTY_BLOB", 0, lambda: b""),
            ("CAST_TO_RAW", 1, lambda t: t.encode() if t is not None else None), ("HEXTORAW", 1, lambda t: bytes.fromhex(t) if t is not None else None),
            ("TO_CLOB", 1, lambda t: t), ("UNISTR", 1, unistr), ("XMLTYPE", 1, lambda t: t), ("TO_NUMBER", 1, lambda t: number(t) if t else None),
            ("TO_BLOB", 1, lambda t: t), ("TO_NCHAR", 1, lambda t: t), ("ORA_NEXTVAL", 1, lambda t: None), ("TO_CHAR", 1, lambda t: str(t))):
        db.create_function(name, n, call, deterministic=False)
