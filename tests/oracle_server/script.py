"""Oracle SQL scripts into statements and tokens; SQL*Plus commands are left out."""
import re

TOKEN = re.compile(r"""
    (?P<space>\s+|--[^\n]*|/\*.*?\*/)
  | (?P<qstring>[nN]?[qQ]'(?:\[.*?\]|\{.*?\}|\(.*?\)|<.*?>|(?P<mark>[^\s\[{(<]).*?(?P=mark))')
  | (?P<string>[nN]?'(?:[^']|'')*')
  | (?P<quoted>"[^"]*")
  | (?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z_\u0080-\uffff][\w$#]*)
  | (?P<symbol>\|\||<=|>=|<>|!=|:=|=>|.)
""", re.X | re.S)
PLUS = re.compile(r"(set|prompt|rem|remark|connect|spool|accept|whenever|define|undefine|variable|exit|quit|show|host|column|pause|alter\s+session)\b|@", re.I)
BLOCK = re.compile(r"(begin|declare)\b|create\s+(or\s+replace\s+)?((non)?editionable\s+)?(procedure|function|package|trigger|type)\b", re.I)


class Token:
    def __init__(self, kind, text, at):
        self.kind, self.text, self.at = kind, text, at
        self.word = text.upper() if kind in ("word", "symbol") else None

    def __repr__(self):
        return self.text


def tokens(sql):
    return [Token(m.lastgroup if m.lastgroup != "mark" else "qstring", m.group(), m.start()) for m in TOKEN.finditer(sql)
            if m.lastgroup != "space"]


def name_of(token):
    return token.text[1:-1] if token.kind == "quoted" else token.text.upper()


def closing(ts, i):
    """Behind the parenthesis that closes the one at i."""
    depth = 0
    while i < len(ts):
        depth += (ts[i].text == "(") - (ts[i].text == ")")
        i += 1
        if depth == 0:
            return i
    return i


def split_commas(ts):
    parts, depth = [[]], 0
    for t in ts:
        depth += (t.text == "(") - (t.text == ")")
        if t.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(t)
    return [p for p in parts if p]


def text_of(ts, source):
    """The statement's own text from the first token to the last."""
    return source[ts[0].at:ts[-1].at + len(ts[-1].text)] if ts else ""


def statement_end(text, at):
    """Behind the ; that ends a statement, outside strings and comments."""
    for m in TOKEN.finditer(text, at):
        if m.group() == ";":
            return m.end()
    return len(text)


def statements(text):
    """The statements in order, without their ; and /."""
    at = 0
    while True:
        m = re.compile(r"(\s+|--[^\n]*(?=\n|$)|/\*.*?\*/|/[ \t]*(?=\n|$))*", re.S).match(text, at)
        at = m.end()
        if at >= len(text):
            return
        if PLUS.match(text, at):
            end = text.find("\n", at)
            at = len(text) if end < 0 else end + 1
        elif BLOCK.match(text, at):
            m = re.compile(r"^/[ \t]*$", re.M).search(text, at)
            end = m.start() if m else len(text)
            yield text[at:end].rstrip()
            at = m.end() if m else len(text)
        else:
            end = statement_end(text, at)
            yield text[at:end].rstrip().rstrip(";")
            at = end
