"""Checks replies of the service against the document that it serves at /api/openapi.json.

The document is read once for each program and kept. Replies are checked more strictly than a client would: an object may have
only the members that its schema names, so that what is added to a reply is also written down.
"""
import copy
import json
import re

import jsonschema

kept = {}    # program: Document


def named(name):
    return {"$ref": "#/components/schemas/" + name}


def members(**properties):
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}


def lists(name):
    return {"type": "array", "items": named(name)}


# OpenAPI has no words for what is in a stream: docs/api.md says it
EVENTS = {
    "snapshot": members(execution=named("Execution"), tables=lists("TableProgress")),
    "state": members(execution=named("Execution")),
    "progress": members(progress={"anyOf": [named("Progress"), {"type": "null"}]}, stage={"type": ["string", "null"]},
                        tables=lists("TableProgress")),
    "log": members(items=lists("LogLine")),
    "object": members(items=lists("ObjectResult")),
    "end": members(execution=named("Execution")),
}

formats = jsonschema.FormatChecker(formats=())


@formats.checks("date-time")
def is_time(value):
    return not isinstance(value, str) or bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value))


def close_objects(node):
    """Where members are named, no others."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict) and "additionalProperties" not in node:
            node["additionalProperties"] = False
        for value in node.values():
            close_objects(value)
    elif isinstance(node, list):
        for value in node:
            close_objects(value)


class Document:
    def __init__(self, document):
        self.document = document
        self.components = copy.deepcopy(document["components"])
        close_objects(self.components["schemas"])
        self.validators = {}
        self.paths = []
        # a literal segment goes before a parameter
        for path in sorted(document["paths"], key=lambda path: path.replace("{", "~")):
            pattern = "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]*\})", path))
            self.paths.append((re.compile(pattern), path, document["paths"][path]))

    def find(self, method, path):
        """The operation's name and description; (None, None) where the document has none."""
        for pattern, name, operations in self.paths:
            if pattern.fullmatch(path) and method.lower() in operations:
                return "%s %s" % (method, name), operations[method.lower()]
        return None, None

    def validate(self, name, schema, value):
        if name not in self.validators:
            schema = copy.deepcopy(schema)
            close_objects(schema)
            schema["components"] = self.components
            self.validators[name] = jsonschema.Draft202012Validator(schema, format_checker=formats)
        error = jsonschema.exceptions.best_match(self.validators[name].iter_errors(value))
        assert error is None, "%s: the reply is not what the document says: %s at %s\n%s" % (
            name, error.message, error.json_path, json.dumps(value)[:2000])

    def check(self, method, url, status, headers, body):
        """A reply of the API; others than those of documented paths are problems or pages."""
        name, operation = self.find("GET" if method == "HEAD" else method, url.split("?")[0])
        if operation is None:
            assert status >= 400 or not url.startswith("/api/") or method == "OPTIONS", "%s %s is not in the document" % (method, url)
            return
        replies = operation["responses"]
        assert str(status) in replies or status >= 400, "%s: status %d is not in the document" % (name, status)
        content = replies.get(str(status), replies["default"]).get("content")
        if method == "HEAD":
            return
        if not content:
            assert body == b"", "%s: the document says that there is no body, but it is %r" % (name, body[:200])
            return
        kind = headers.get("content-type", "").split(";")[0]
        assert kind in content, "%s: %s is not in the document, which has %s" % (name, kind, ", ".join(content))
        if kind.endswith("json") and not kind.startswith("application/x-"):
            self.validate("%s %d %s" % (name, status, kind), content[kind]["schema"], json.loads(body))


    def check_event(self, path, type, data):
        known = EVENTS_OF_ALL if path == "/events" else EVENTS
        assert type in known, "%s: %s is no event that docs/api.md names" % (path, type)
        self.validate("event of %s %s" % ("all" if path == "/events" else "one", type), known[type], data)


# of the stream of all executions
EVENTS_OF_ALL = {
    "snapshot": members(items=lists("Execution"), next_cursor={"type": ["string", "null"]}),
    "state": EVENTS["state"],
    "progress": members(id={"type": "string"}, progress=named("Progress"), stage={"type": ["string", "null"]}),
}


def of(program, get):
    """The program's document; get: reads it from a running service, the first time."""
    if program not in kept:
        kept[program] = Document(get())
    return kept[program]
