#!/bin/sh
# Makes the passwords of the composition beside this file, in ./secrets; what is there stays. Only who may enter the folder reads
# them: the files are readable for the users that the containers run as.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
chmod 700 secrets

random() {
	od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'
}

write() {
	[ -e "secrets/$1" ] || printf '%s\n' "$2" >"secrets/$1"
	chmod 644 "secrets/$1"
}

store=$(random 24) queue=$(random 24) bus=$(random 24)
# A file and those that hold the same password are made together.
if [ ! -e secrets/store_url ]; then
	write postgres_password "$store"
	write store_url "postgresql://ferry:$store@postgres/ferry"
fi
if [ ! -e secrets/queue_url ]; then
	write rabbitmq.conf "default_user = ferry
default_pass = $queue
default_vhost = ferry"
	write queue_url "amqp://ferry:$queue@rabbitmq/ferry"
fi
if [ ! -e secrets/bus_url ]; then
	write redis.conf "requirepass $bus
save \"\"
maxmemory 256mb
maxmemory-policy noeviction"
	write bus_url "redis://:$bus@redis:6379/0"
fi
write secret_key "$(random 32)"
echo "the secrets are in $(pwd)/secrets: keep a copy of secret_key elsewhere, it opens every stored password"
