"""A TCP proxy that can be told to behave badly: one thread a proxy, selectors, no dependencies.

proxy = Proxy(port_of_the_server); clients connect to proxy.port.
  reset()        all connections end with RST, in both directions
  cut()          the next bytes from the server are passed on in half, then the connections end: cut in the middle of a packet
  stall(s)       nothing moves for s seconds
  slow(n, s)     n bytes a second and connection, for s seconds
  refuse(s)      connections end, and new ones are closed at once, for s seconds
"""
import selectors
import socket
import struct
import threading
import time

PIECE = 65536


class Pipe:
    def __init__(self, client, server):
        self.ends = (client, server)
        self.waiting = {client: b"", server: b""}    # bytes for that end
        self.closing = False


class Proxy:
    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.listener.setblocking(False)
        self.lock = threading.Lock()
        self.pipes = set()
        self.stalled_until = self.slow_until = self.refuse_until = 0
        self.rate = 0
        self.do_reset = self.do_cut = self.is_stopped = False
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    # ---- orders, from any thread ----

    def reset(self):
        self.do_reset = True

    def cut(self):
        self.do_cut = True

    def stall(self, seconds):
        self.stalled_until = time.monotonic() + seconds

    def slow(self, rate, seconds):
        self.rate, self.slow_until = rate, time.monotonic() + seconds

    def refuse(self, seconds):
        self.refuse_until = time.monotonic() + seconds
        self.do_reset = True

    def calm(self):
        self.stalled_until = self.slow_until = self.refuse_until = 0
        self.do_reset = self.do_cut = False

    def stop(self):
        self.is_stopped = True
        self.thread.join(5)
        self.listener.close()

    # ---- the thread ----

    def accept(self):
        try:
            client, _ = self.listener.accept()
        except OSError:
            return
        if time.monotonic() < self.refuse_until:
            client.close()
            return
        try:
            server = socket.create_connection(self.target, 2)
        except OSError:
            client.close()
            return
        for s in (client, server):
            s.setblocking(False)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pipes.add(Pipe(client, server))

    def end(self, pipe, hard=False):
        for s in pipe.ends:
            if hard:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.close()
        self.pipes.discard(pipe)

    def move(self, pipe, limit):
        """Moves what can be moved; True when something was."""
        moved = False
        for source, sink in (pipe.ends, pipe.ends[::-1]):
            try:
                if len(pipe.waiting[sink]) < PIECE and not pipe.closing:
                    data = source.recv(min(PIECE, limit))
                    if not data:
                        pipe.closing = True
                    elif self.do_cut and source is pipe.ends[1]:
                        self.do_cut = False
                        sink.send(data[:max(1, len(data) // 2)])
                        self.end(pipe, hard=True)
                        return True
                    else:
                        pipe.waiting[sink] += data
                        moved = True
            except BlockingIOError:
                pass
            except OSError:
                self.end(pipe, hard=True)
                return True
            try:
                if pipe.waiting[sink]:
                    n = sink.send(pipe.waiting[sink][:limit])
                    pipe.waiting[sink] = pipe.waiting[sink][n:]
                    moved |= n > 0
            except BlockingIOError:
                pass
            except OSError:
                self.end(pipe, hard=True)
                return True
        if pipe.closing and not any(pipe.waiting.values()):
            self.end(pipe)
        return moved

    def wait(self):
        selector = selectors.DefaultSelector()
        selector.register(self.listener, selectors.EVENT_READ)
        for pipe in self.pipes:
            for s in pipe.ends:
                events = selectors.EVENT_READ if not pipe.closing else 0
                events |= selectors.EVENT_WRITE if pipe.waiting[s] else 0
                if events:
                    selector.register(s, events)
        selector.select(0.02)
        selector.close()

    def work(self):
        while not self.is_stopped:
            now = time.monotonic()
            if self.do_reset:
                self.do_reset = False
                for pipe in list(self.pipes):
                    self.end(pipe, hard=True)
            if now < self.stalled_until:
                time.sleep(0.02)
                continue
            is_slow = now < self.slow_until
            self.accept()
            moved = [self.move(pipe, max(1, self.rate // 50) if is_slow else PIECE) for pipe in list(self.pipes)]
            if is_slow:
                time.sleep(0.02)
            elif not any(moved):
                self.wait()
        for pipe in list(self.pipes):
            self.end(pipe)
