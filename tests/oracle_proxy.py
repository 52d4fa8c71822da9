"""What an Oracle client sends, recorded on its way to the server: packets, and the messages in them.

    with Recorder(server.port) as recorder: …    a client that uses recorder.port
    recorder.connections[0].turns                [Turn]: what was sent before an answer came
    with Cutter(server.port, b"CREATE", 7) as cutter: …      the sixth request behind that word loses the connection
"""
import select
import socket
import struct
import threading

CONNECT, ACCEPT, REFUSE, REDIRECT, DATA, RESEND, MARKER = 1, 2, 4, 5, 6, 11, 12


class Turn:
    """packets: (type, packet's flags, body) in order; message: the bytes in its DATA packets."""

    def __init__(self):
        self.packets, self.message, self.data_flags = [], b"", []


class Connection:
    def __init__(self):
        self.sent, self.turns, self.long, self.accepted, self.answered = b"", [], False, b"", True

    def take_sent(self, data):
        self.sent += data
        while len(self.sent) >= 8:
            length, = struct.unpack(">I" if self.long else ">H", self.sent[:4 if self.long else 2])
            if len(self.sent) < length or not length:
                return
            packet, self.sent = self.sent[:length], self.sent[length:]
            if self.answered:
                self.turns.append(Turn())
                self.answered = False
            turn = self.turns[-1]
            turn.packets.append((packet[4], packet[5], packet))
            if packet[4] == DATA:
                turn.data_flags.append(packet[8] << 8 | packet[9])
                turn.message += packet[10:]

    def take_answer(self, data):
        self.answered = True
        if not self.accepted:
            if len(data) > 4 and data[4] == ACCEPT:
                self.accepted = data
                self.long = struct.unpack(">H", data[8:10])[0] >= 315


class Recorder:
    def __init__(self, port):
        self.target, self.connections = port, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self.serve, daemon=True)]

    def __enter__(self):
        self.threads[0].start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept_pairs(self):
        """The client's end and the server's of each new connection, until the listener is closed."""
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            yield client, socket.create_connection(("127.0.0.1", self.target))

    def serve(self):
        for client, server in self.accept_pairs():
            for s in (client, server):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection, lock = Connection(), threading.Lock()
            self.connections.append(connection)
            for source, sink, take in ((client, server, connection.take_sent), (server, client, connection.take_answer)):
                threading.Thread(target=self.pump, args=(source, sink, take, lock), daemon=True).start()

    @staticmethod
    def pump(source, sink, take, lock):
        """A client asks and waits, so that what it sends after an answer belongs to the next turn."""
        try:
            while data := source.recv(1 << 20):
                with lock:
                    take(data)
                sink.sendall(data)
        except OSError:
            pass
        for s in (source, sink):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Cutter(Recorder):
    """Loses the client at its nth request that counts, over all connections: before the server gets it, or when it has answered.

    First is the first that has the word in it; queries do not count. on_cut: called then, once; without one the connection is
    closed, and others go on. n_requests: how many there were.
    """

    def __init__(self, port, word, nth=0, is_after=False, on_cut=None):
        super().__init__(port)
        self.word, self.nth, self.is_after, self.on_cut, self.n_requests, self.is_cut = word, nth, is_after, on_cut, 0, False
        self.lock = threading.Lock()

    def counts(self, data):
        with self.lock:
            if b"SELECT" in data or not (self.n_requests or self.word in data):
                return False
            self.n_requests += 1
            return self.n_requests == self.nth

    def serve(self):
        for ends in self.accept_pairs():
            threading.Thread(target=self.relay, args=ends, daemon=True).start()

    def relay(self, *ends):
        """One thread for both ways, so that it is plain what came first."""
        client, server = ends
        for s in ends:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        is_asking = is_last = False
        try:
            while True:
                for source in select.select(ends, [], [])[0]:
                    data = source.recv(1 << 20)
                    if not data or (self.is_cut and self.on_cut):
                        return
                    if source is client and not is_asking:
                        is_last = self.counts(data)
                    is_asking = source is client
                    if is_last and is_asking != self.is_after:
                        self.is_cut = True
                        if self.on_cut:
                            self.on_cut()
                        return
                    (server if is_asking else client).sendall(data)
        except OSError:
            pass
        finally:
            for s in ends:
                s.close()
