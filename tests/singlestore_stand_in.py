"""A stand-in for SingleStore: a relay before a MariaDB server that greets and answers as SingleStore is documented to, and
refuses what SingleStore has not. It proves that Ferry asks for nothing that is known to be missing there, not that a real
server agrees.

    with StandIn(mariadb) as server: server.url("shop"), server.refused, server.seen
"""
import re
import socket
import threading

import servers

VERSION = "8.7.16"
QUERY, PREPARE = 0x03, 0x16

# Statements that SingleStore does not have, or has differently: error 1706 is its "not supported".
MISSING = re.compile(r"""
    with\ consistent\ snapshot | ^\s*flush\s | ^\s*lock\s+tables | repeatable\ read | force\ index | ^\s*savepoint
  | information_schema\.(triggers|events|referential_constraints|check_constraints) | generation_expression
  | table_definition_cache | sql_auto_is_null | sql_select_limit | enable_extended_types_metadata | max_statement_time
  | max_execution_time | information_schema_stats_expiry | ^\s*(xa|handler)\s
""", re.I | re.X)

REWRITTEN = (
    (re.compile(r"@@memsql_version", re.I), "'%s'" % VERSION),
    # defaults as MySQL has them: bare values (MariaDB has expressions)
    (re.compile(r"(?<=, )column_default(?=,)", re.I), "NULLIF(TRIM(BOTH '\\'' FROM column_default), 'NULL')"),
    # keys as a columnstore has them; those that are called so are made into shard and sort keys
    (re.compile(r"(?<=, )index_type(?=,)", re.I),
     "CASE WHEN index_name LIKE '%shard%' THEN 'SHARD' WHEN index_name LIKE '%sort%' THEN 'CLUSTERED COLUMNSTORE' "
     "WHEN index_type = 'BTREE' THEN 'COLUMNSTORE HASH' ELSE index_type END"),
)


class StandIn:
    def __init__(self, mariadb):
        self.mariadb, self.seen, self.refused = mariadb, [], []

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def url(self, name, scheme="singlestore"):
        return "%s://%s:%s@127.0.0.1:%d/%s" % (scheme, servers.USER, servers.quote(servers.PASSWORD), self.port, servers.quote(name))

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.mariadb.port))
            for sock in (client, server):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.answers, args=(server, client), daemon=True).start()
            threading.Thread(target=self.requests, args=(client, server), daemon=True).start()

    @staticmethod
    def packet(sock):
        """(sequence number, payload), or None at the end."""
        def take(n):
            data = b""
            while len(data) < n:
                more = sock.recv(n - len(data))
                if not more:
                    return None
                data += more
            return data
        head = take(4)
        body = take(int.from_bytes(head[:3], "little")) if head else None
        return None if body is None else (head[3], body)

    @staticmethod
    def frame(sequence, payload):
        return len(payload).to_bytes(3, "little") + bytes([sequence]) + payload

    def answers(self, server, client):
        try:
            sequence, greeting = self.packet(server)
            version = greeting.index(b"\0", 1)
            client.sendall(self.frame(sequence, greeting[:1] + b"5.7.32" + greeting[version:]))
            while data := server.recv(1 << 16):
                client.sendall(data)
        except (OSError, TypeError, ValueError):
            pass
        for sock in (client, server):
            sock.close()

    def requests(self, client, server):
        try:
            while found := self.packet(client):
                sequence, payload = found
                if sequence == 0 and payload and payload[0] in (QUERY, PREPARE):
                    payload = payload[:1] + self.rewrite(payload[1:].decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
                server.sendall(self.frame(sequence, payload))
        except OSError:
            pass
        try:
            server.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def rewrite(self, sql):
        self.seen.append(sql)
        missing = MISSING.search(sql)
        if missing:
            self.refused.append(sql)
            return ("SIGNAL SQLSTATE '42000' SET MYSQL_ERRNO = 1706, MESSAGE_TEXT = 'Feature ''%s'' is not supported by SingleStore.'"
                    % re.sub(r"[^a-z_ .]", "", missing.group().lower()))
        for pattern, text in REWRITTEN:
            sql = pattern.sub(lambda _: text, sql)
        return sql
