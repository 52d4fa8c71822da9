"""Throw-away MariaDB, PostgreSQL, RabbitMQ and Redis servers for tests, benchmarks and the demo.

Each server lives in a temporary folder of its own, listens on a free port of 127.0.0.1 and on a socket in that folder, and
is stopped and removed by stop(), at exit, and by the kernel when this process dies. Started as root they run as the users
that Debian's packages make (mysql, postgres, rabbitmq, redis), since most refuse to be root.
"""
import atexit
import base64
import ctypes
import glob
import hashlib
import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse

USER = "ferry"
PASSWORD = "s3cr3t/pw:with@odd%chars"
NULL = "\x02NULL\x02"


def heed_signals():
    """Where the tests were begun with nohup or in the background of a script, what they start would ignore these like them."""
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, handler)


class ServerError(Exception):
    pass


def quote(text):
    return urllib.parse.quote(text, safe="")


def free_port():
    """None of those that outgoing connections get: one of these could take it before the server does, or while it is restarted."""
    for port in random.SystemRandom().sample(range(12000, 32000), 1000):
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServerError("no port is free")


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM if os.getuid() else signal.SIGKILL)


def run(argv, sql=None, env=None, check=True, **more):
    p = subprocess.run(argv, input=sql.encode("utf-8", "surrogateescape") if sql is not None else None, capture_output=True,
                       env=dict(os.environ, PGCLIENTENCODING="UTF8", **(env or {})), **(more if sql is not None else dict(more, stdin=subprocess.DEVNULL)))
    if check and p.returncode:
        raise ServerError("%s: %s" % (argv[0], (p.stderr or p.stdout).decode("utf-8", "replace").strip()[-2000:]))
    return p.stdout


def sweep():
    """Removes what runs left that were killed before they could: folders whose maker is gone."""
    for folder in glob.glob(os.path.join(tempfile.gettempdir(), "ferry-server-*")):
        maker = os.path.basename(folder).split("-")[2]
        if maker.isdigit() and not os.path.exists("/proc/" + maker):
            shutil.rmtree(folder, ignore_errors=True)


class Server:
    def __init__(self, user):
        sweep()
        self.folder = tempfile.mkdtemp(prefix="ferry-server-%d-" % os.getpid())
        self.as_user = {}
        if os.getuid() == 0:
            pw = pwd.getpwnam(user)
            os.chown(self.folder, pw.pw_uid, pw.pw_gid)
            self.as_user = {"user": user, "group": pw.pw_gid, "extra_groups": []}
        os.chmod(self.folder, 0o755)
        self.port = free_port()
        self.host = "127.0.0.1"
        self.process = None
        self.argv = None
        atexit.register(self.stop)

    def launch(self, argv, env=None):
        self.argv = argv
        self.log = os.path.join(self.folder, "server.log")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=self.folder,
                                            preexec_fn=die_with_parent, start_new_session=True, env=env, **self.as_user)
        for _ in range(600):
            if self.process.poll() is not None:
                break
            if self.answers():
                return
            time.sleep(0.1)
        with open(self.log, errors="replace") as log:
            raise ServerError("the server did not start: " + log.read()[-3000:])

    def halt(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def stop(self):
        self.halt(self.STOP_SIGNAL)
        shutil.rmtree(self.folder, ignore_errors=True)


class MariaDB(Server):
    kind = "mysql"
    STOP_SIGNAL = signal.SIGKILL    # the data is thrown away

    @staticmethod
    def is_installed():
        return bool(MariaDB.program("mariadbd") and MariaDB.program("mariadb-install-db"))

    @staticmethod
    def program(name):
        return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/usr/local/sbin")

    def __init__(self, settings=()):
        super().__init__("mysql")
        data = os.path.join(self.folder, "data")
        self.socket = os.path.join(self.folder, "my.sock")
        run([self.program("mariadb-install-db"), "--no-defaults", "--datadir=" + data, "--auth-root-authentication-method=normal",
             "--skip-test-db", "--tmpdir=" + self.folder],    # a starting server removes #sql files of others in a shared folder
            cwd=self.folder, env={"TMPDIR": self.folder}, **self.as_user)
        self.launch([self.program("mariadbd"), "--no-defaults", "--datadir=" + data, "--socket=" + self.socket, "--port=%d" % self.port,
                     "--bind-address=127.0.0.1", "--max-allowed-packet=1G", "--sql-mode=", "--character-set-server=utf8mb4",
                     "--innodb-flush-log-at-trx-commit=0", "--tmpdir=" + self.folder, "--local-infile=1", "--skip-name-resolve",
                     *settings])
        self.sql("CREATE USER '%s'@'%%' IDENTIFIED BY '%s'; GRANT ALL ON *.* TO '%s'@'%%';" % (USER, PASSWORD, USER))

    def client(self, database=None):
        argv = [self.program("mariadb"), "--no-defaults", "--socket=" + self.socket, "--user=root", "--default-character-set=utf8mb4",
                "--batch", "--skip-column-names", "--max-allowed-packet=1G"]
        return argv + ([database] if database else [])

    def answers(self):
        return subprocess.run(self.client() + ["-e", "SELECT 1"], stdin=subprocess.DEVNULL, capture_output=True).returncode == 0

    def sql(self, sql, database=None):
        return run(self.client(database), sql)

    def rows(self, sql, database=None):
        """Rows of text; NULL and 'NULL' cannot be told apart here."""
        out = run(self.client(database), sql).decode("utf-8", "surrogateescape")
        return [tuple(line.split("\t")) for line in out.splitlines()]

    def create(self, name):
        self.sql("CREATE DATABASE `%s`" % name)

    def drop(self, name):
        self.sql("DROP DATABASE IF EXISTS `%s`" % name)

    def url(self, database, user=USER, password=PASSWORD, scheme="mariadb", extra=""):
        return "%s://%s%s@127.0.0.1:%d/%s%s" % (scheme, quote(user), ":" + quote(password) if password is not None else "", self.port,
                                              quote(database), extra)


class PostgreSQL(Server):
    kind = "postgres"
    STOP_SIGNAL = signal.SIGQUIT

    @staticmethod
    def bin():
        folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[4]) if p.split("/")[4].isdigit() else 0)
        folders = [f for f in folders if os.path.exists(f + "/initdb") and os.path.exists(f + "/postgres")]
        if folders:
            return folders[-1]
        found = shutil.which("initdb")
        return os.path.dirname(os.path.realpath(found)) if found else None

    @staticmethod
    def is_installed():
        return PostgreSQL.bin() is not None

    def __init__(self, settings=(), durable=False, trust=False):
        super().__init__("postgres")
        self.data = os.path.join(self.folder, "data")
        password_file = os.path.join(self.folder, "pw")
        with open(password_file, "w") as f:
            f.write(PASSWORD)
        os.chmod(password_file, 0o644)
        run([self.bin() + "/initdb", "-D", self.data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile=" + password_file, "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync"], cwd=self.folder, **self.as_user)
        with open(self.data + "/pg_hba.conf", "w") as f:
            f.write("local all all trust\nhost all all 127.0.0.1/32 %s\n" % ("trust" if trust else "scram-sha-256"))
        if not durable:
            settings = ["fsync=off", "full_page_writes=off", *settings]
        self.launch([self.bin() + "/postgres", "-D", self.data, "-p", str(self.port), "-k", self.folder, "-c", "listen_addresses=127.0.0.1",
                     *[x for s in settings for x in ("-c", s)]])
        self.sql("CREATE ROLE %s LOGIN CREATEDB PASSWORD '%s'" % (USER, PASSWORD))

    def client(self, database="postgres"):
        return ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", str(self.port), "-U", "postgres", "-d", database or "postgres"]

    def answers(self):
        return subprocess.run(self.client() + ["-c", "SELECT 1"], stdin=subprocess.DEVNULL, capture_output=True).returncode == 0

    def sql(self, sql, database=None):
        return run(self.client(database), sql)

    def rows(self, sql, database=None):
        out = run(self.client(database) + ["-A", "-t", "-F", "\x1f", "-R", "\x1e", "-P", "null=" + NULL], sql).decode("utf-8", "surrogateescape")
        out = out[:-1] if out.endswith("\n") else out
        return [tuple(None if v == NULL else v for v in r.split("\x1f")) for r in out.split("\x1e")] if out else []

    def create(self, name, extra=""):
        self.sql('CREATE DATABASE "%s" OWNER %s TEMPLATE template0 %s' % (name, USER, extra))
        self.sql("ALTER SCHEMA public OWNER TO %s" % USER, name)

    def drop(self, name):
        self.sql('DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % name)

    def url(self, database, user=USER, password=PASSWORD, scheme="postgresql", extra=""):
        return "%s://%s%s@127.0.0.1:%d/%s%s" % (scheme, quote(user), ":" + quote(password) if password is not None else "", self.port,
                                              quote(database), extra)


class RabbitMQ(Server):
    """A broker with its own Erlang port mapper, cookie and data. Its users and virtual hosts are there from the start: a virtual host
    is .vhosts[i], each free for one test."""
    kind = "rabbitmq"
    STOP_SIGNAL = signal.SIGKILL
    VHOSTS = 12

    @staticmethod
    def is_installed():
        return os.path.exists("/usr/lib/rabbitmq/bin/rabbitmq-server") and bool(shutil.which("epmd"))

    def __init__(self, tls=None):
        """tls: files of the authority, certificate and key, in PEM; the broker then listens on .tls_port, too."""
        super().__init__("rabbitmq")
        self.epmd_port, self.dist_port, self.tls_port = free_port(), free_port(), free_port()
        self.vhosts = ["test %d" % i for i in range(self.VHOSTS)]
        for name, path in zip(("ca.pem", "cert.pem", "key.pem"), tls or ()):    # where they are the broker's user may not look
            with open(path) as f:
                self.write(name, f.read())
        self.write("rabbitmq.conf", self.config(tls))
        self.write("definitions.json", self.definitions())
        self.write("enabled_plugins", "[].")
        self.env = dict({k: v for k, v in os.environ.items() if not k.startswith(("RABBITMQ_", "ERL_"))}, HOME=self.folder,
                        ERL_EPMD_PORT=str(self.epmd_port), ERL_EPMD_ADDRESS="127.0.0.1", RUNNING_UNDER_SYSTEMD="true",
                        RABBITMQ_NODENAME="ferry%d@localhost" % self.port, RABBITMQ_DIST_PORT=str(self.dist_port),
                        RABBITMQ_MNESIA_BASE=self.folder + "/mnesia", RABBITMQ_LOG_BASE=self.folder, RABBITMQ_LOGS="-",
                        RABBITMQ_PID_FILE=self.folder + "/pid", RABBITMQ_CONFIG_FILE=self.folder + "/rabbitmq",
                        RABBITMQ_ENABLED_PLUGINS_FILE=self.folder + "/enabled_plugins", RABBITMQ_CONF_ENV_FILE=self.folder + "/none",
                        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none")
        # not left to the broker, whose mapper would outlive it
        self.epmd = subprocess.Popen(["epmd", "-port", str(self.epmd_port), "-address", "127.0.0.1"], stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent, env=self.env,
                                     cwd=self.folder, **self.as_user)
        self.begin()

    def begin(self):
        self.launch(["/usr/lib/rabbitmq/bin/rabbitmq-server"], env=self.env)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as f:
            f.write(text)
        os.chmod(path, 0o644)

    def config(self, tls):
        lines = ["listeners.tcp.1 = 127.0.0.1:%d" % self.port, "load_definitions = %s/definitions.json" % self.folder,
                 "loopback_users = none", "log.console = true", "log.console.level = warning", "vm_memory_high_watermark.absolute = 512MB",
                 "disk_free_limit.absolute = 10MB", "mnesia_table_loading_retry_timeout = 5000"]
        if tls:
            lines += ["listeners.ssl.1 = 127.0.0.1:%d" % self.tls_port, "ssl_options.cacertfile = %s/ca.pem" % self.folder,
                      "ssl_options.certfile = %s/cert.pem" % self.folder, "ssl_options.keyfile = %s/key.pem" % self.folder,
                      "ssl_options.verify = verify_none"]
        return "\n".join(lines) + "\n"

    def definitions(self):
        salt = b"salt"
        digest = base64.b64encode(salt + hashlib.sha256(salt + PASSWORD.encode()).digest()).decode()
        user = {"name": USER, "password_hash": digest, "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": "administrator"}
        rights = [{"user": USER, "vhost": v, "configure": "^ferry\\.", "write": "^ferry\\.|^amq\\.default$", "read": "^ferry\\."} for v in self.vhosts]
        return json.dumps({"users": [user], "vhosts": [{"name": v} for v in self.vhosts], "permissions": rights})

    def answers(self):
        """Speaks AMQP: to a header of another protocol it answers with its own."""
        try:
            with socket.create_connection((self.host, self.port), 1) as s:
                s.settimeout(2)
                s.sendall(b"AMQP\x00\x00\x00\x00")
                return s.recv(8).startswith(b"AMQP")
        except OSError:
            return False

    def url(self, vhost, user=USER, password=PASSWORD, scheme="amqp", extra=""):
        port = self.tls_port if scheme == "amqps" else self.port
        # librabbitmq compares a certificate's names, not its addresses
        host = "localhost" if scheme == "amqps" else "127.0.0.1"
        return "%s://%s:%s@%s:%d/%s%s" % (scheme, quote(user), quote(password), host, port, quote(vhost), extra)

    def queues(self, vhost):
        """{name: messages}"""
        out = self.control("-p", vhost, "list_queues", "name", "messages", "--no-table-headers")
        return {name: int(n) for name, n in (line.split("\t") for line in out.splitlines() if line)}

    def control(self, *words):
        return run(["/usr/lib/rabbitmq/bin/rabbitmqctl", "-q", *words], env=self.env, cwd=self.folder, **self.as_user).decode()

    def stop(self):
        super().stop()
        if self.epmd.poll() is None:
            self.epmd.kill()
            self.epmd.wait()


class Redis(Server):
    kind = "redis"
    STOP_SIGNAL = signal.SIGKILL

    @staticmethod
    def is_installed():
        return bool(shutil.which("redis-server") and shutil.which("redis-cli"))

    def __init__(self):
        super().__init__("redis")
        self.begin()

    def begin(self):
        # the password comes by the configuration that is read from a file, not by the process's title
        config = os.path.join(self.folder, "redis.conf")
        with open(config, "w") as f:
            f.write('port %d\nbind 127.0.0.1\ndir %s\nsave ""\nappendonly no\nrequirepass "%s"\n' % (self.port, self.folder, PASSWORD))
        os.chmod(config, 0o644)
        self.launch(["redis-server", config])

    def cli(self, *words, db=0):
        return run(["redis-cli", "-h", self.host, "-p", str(self.port), "-n", str(db), "--no-auth-warning", *words],
                   env={"REDISCLI_AUTH": PASSWORD}).decode().strip()

    def answers(self):
        return subprocess.run(["redis-cli", "-h", self.host, "-p", str(self.port), "--no-auth-warning", "ping"], stdin=subprocess.DEVNULL,
                              capture_output=True, env=dict(os.environ, REDISCLI_AUTH=PASSWORD)).stdout.strip() == b"PONG"

    def url(self, db=0, password=PASSWORD, extra=""):
        return "redis://:%s@127.0.0.1:%d/%s%s" % (quote(password), self.port, db, extra)
