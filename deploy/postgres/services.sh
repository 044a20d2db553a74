#!/usr/bin/env bash
# One database and two roles per service. The server runs it at its first start; run it again after passwords
# were changed. Passwords stand in one place only: the URLs in /run/secrets.
set -euo pipefail

password() { sed -E 's#^[^:]+://[^:]+:([^@]+)@.*$#\1#' "/run/secrets/$1"; }

for service in cases referrals notifications; do
    export SERVICE=$service OWNER_PASSWORD RUNTIME_PASSWORD
    OWNER_PASSWORD=$(password "${service}_owner_url")
    RUNTIME_PASSWORD=$(password "${service}_database_url")
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
        --file "${SERVICES_SQL:-/etc/casebridge/services.sql}" >/dev/null
    echo "$service: database and roles stand"
done
