#!/bin/sh
# Prepares a cluster for Flowtrace, once, by somebody who may read Secrets in the namespace tigera-operator. It signs a client
# certificate for Goldmane with the operator's CA, copies that CA's certificate, and makes a random token for the login.
# Run it again to renew the certificate. The CA's key never leaves this machine: it is in a folder that only you can read
# until the script ends.
set -eu
umask 077

usage() {
  cat <<'TEXT'
Usage: deploy/setup/setup.sh [OPTIONS]

  --context NAME      the context of kubectl, the current one unless given
  --namespace NAME    the namespace of Flowtrace, flowtrace unless given
  --days N            how long the client certificate is valid, 365 unless given
  --no-certificate    leave the Secret flowtrace-goldmane-client to cert-manager, or to you
  --new-token         make a new token, and so end every login by the old one
  --clickhouse        also make what is missing of deploy/clickhouse.yaml's passwords and certificate
  --remove            remove everything: the namespace, roles, Calico policies, CA issuer
  --help
TEXT
}

say() { printf '%s\n' "$*"; }
fail() {
  printf 'setup.sh: %s\n' "$*" >&2
  exit 1
}

# The objects that deploy/ mounts. A test holds these names to the manifests.
CLIENT_SECRET=flowtrace-goldmane-client
CA_CONFIG_MAP=flowtrace-goldmane-ca
TOKEN_SECRET=flowtrace-token
CA_COPY=flowtrace-goldmane-ca
HISTORY_SECRET=flowtrace-history
CLICKHOUSE_SECRET=flowtrace-clickhouse
CLICKHOUSE_NAMESPACE=flowtrace-clickhouse
CLICKHOUSE_SERVICE=clickhouse-flowtrace
CLICKHOUSE_HOST=$CLICKHOUSE_SERVICE.$CLICKHOUSE_NAMESPACE.svc
PART_OF=app.kubernetes.io/part-of=flowtrace

namespace=flowtrace
context=
days=365
certificate=yes
new_token=no
clickhouse=no
action=install

while [ $# -gt 0 ]; do
  case $1 in
    --context | --namespace | --days)
      [ $# -ge 2 ] || fail "$1 wants a value. --help lists the options."
      case $1 in
        --context) context=$2 ;;
        --namespace) namespace=$2 ;;
        --days) days=$2 ;;
      esac
      shift 2
      ;;
    --no-certificate) certificate=no && shift ;;
    --new-token) new_token=yes && shift ;;
    --clickhouse) clickhouse=yes && shift ;;
    --remove) action=remove && shift ;;
    --help) usage && exit 0 ;;
    *) fail "$1 is no option. --help lists the options." ;;
  esac
done

case $days in
  '' | *[!0-9]* | 0* | ?????*) fail "--days wants a number from 1 to 9999, not '$days'." ;;
esac
case $namespace in
  calico-system) fail "Calico denies everything in calico-system that its operator does not know. Take another namespace." ;;
  '' | *[!a-z0-9-]* | -* | *-) fail "--namespace wants lower-case letters, digits and hyphens, not '$namespace'." ;;
esac

kube() {
  if [ -n "$context" ]; then kubectl --context "$context" "$@"; else kubectl "$@"; fi
}

needs() {
  command -v "$1" >/dev/null 2>&1 || fail "$1 is not on the PATH. $2"
}

may() {
  [ "$(kube auth can-i "$@" 2>/dev/null || true)" = yes ]
}

# Applies what is on standard input. On the server's side, so that no Secret is repeated in an annotation.
apply() {
  kube apply --server-side --force-conflicts --field-manager=flowtrace-setup -f - >"$tmp/out" 2>"$tmp/error" ||
    fail "$1 could not be made: $(cat "$tmp/error")"
}

# The object that `kubectl create` would make, with our label.
object() {
  kube create "$@" --namespace "$namespace" --dry-run=client --output yaml |
    kube label --local --filename - --output yaml "$PART_OF"
}

remove() {
  needs kubectl "It is the command of Kubernetes."
  owner=$(kube get namespace "$namespace" --output "jsonpath={.metadata.labels['app\.kubernetes\.io/part-of']}" --ignore-not-found) ||
    fail "The namespace $namespace could not be read."
  # Policies and roles outside of the namespace first; a kind that the cluster does not have is no reason to stop.
  kube delete clusterrolebindings,clusterroles --selector "$PART_OF" --ignore-not-found ||
    fail "The cluster roles could not be removed; that takes the right to delete clusterroles and clusterrolebindings."
  for kind in networkpolicies.projectcalico.org clusterissuers.cert-manager.io; do
    kinds=$(kube api-resources --api-group "${kind#*.}" --output name 2>/dev/null || true)
    case $kinds in
      *"$kind"*)
        kube delete "$kind" --all-namespaces --selector "$PART_OF" --ignore-not-found ||
          fail "The ${kind%%.*} of ${kind#*.} could not be removed."
        ;;
    esac
  done
  # The copy of the CA that deploy/setup/cert-manager.yaml asks for.
  kube delete secret "$CA_COPY" --namespace cert-manager --ignore-not-found ||
    fail "The Secret $CA_COPY in cert-manager could not be removed; it has a CA's key, so remove it by hand."
  if [ "$owner" = flowtrace ]; then
    kube delete namespace "$namespace" --ignore-not-found || fail "The namespace $namespace could not be removed."
    say "Flowtrace and its namespace $namespace are removed."
  elif ! kube get namespace "$namespace" >/dev/null 2>&1; then
    say "There is no namespace $namespace."
  else
    kube delete secrets,configmaps --namespace "$namespace" --selector "$PART_OF" --ignore-not-found ||
      fail "The Secrets in $namespace could not be removed."
    say "What setup.sh made in $namespace is removed. The namespace is not ours and stays."
  fi
  say "The tier custom-allow stays, because other policies may use it, and so does ClickHouse with what was recorded."
}

check_cluster() {
  needs kubectl "It is the command of Kubernetes."
  kube get --raw /version >"$tmp/out" 2>"$tmp/error" || fail "The cluster does not answer: $(cat "$tmp/error")"
  if ! kube get goldmanes.operator.tigera.io default >"$tmp/out" 2>"$tmp/error"; then
    case $(cat "$tmp/error") in
      *orbidden*) fail "You may not read the Goldmane resource. Somebody has to grant: get goldmanes.operator.tigera.io" ;;
      *"have a resource type"*)
        fail "This cluster does not know Goldmane: it comes with Calico 3.30 and newer, installed by its operator or by Helm." ;;
      *otFound* | *"not found"*)
        fail "Goldmane is not switched on. See the README: kubectl create -f - with kind Goldmane, name default." ;;
      *) fail "Goldmane could not be looked up: $(cat "$tmp/error")" ;;
    esac
  fi
  kube get service goldmane --namespace calico-system >/dev/null 2>"$tmp/error" ||
    fail "Goldmane has no Service in calico-system yet. See: kubectl get tigerastatus goldmane"
}

make_namespace() {
  kube get namespace "$1" >/dev/null 2>&1 && return
  # As `kubectl apply` makes it, which is to take it over from here.
  kube create --save-config -f - >/dev/null 2>"$tmp/error" <<YAML || fail "The namespace $1 could not be made: $(cat "$tmp/error")"
apiVersion: v1
kind: Namespace
metadata:
  name: $1
  labels:
    app.kubernetes.io/part-of: flowtrace
    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/audit: restricted
    pod-security.kubernetes.io/warn: restricted
YAML
}

# What Goldmane's server certificate, and every client's, has to chain to. Public.
copy_ca() {
  for name in goldmane-ca-bundle whisker-ca-bundle; do
    for key in tigera-ca-bundle.crt ca.crt; do
      kube get configmap "$name" --namespace calico-system --output "go-template={{index .data \"$key\"}}" >"$tmp/bundle.crt" 2>/dev/null || continue
      openssl x509 -in "$tmp/bundle.crt" -noout 2>/dev/null && break 2
      : >"$tmp/bundle.crt"
    done
  done
  [ -s "$tmp/bundle.crt" ] ||
    fail "There is no CA certificate in the ConfigMap goldmane-ca-bundle of calico-system, or you may not read it."
  object configmap "$CA_CONFIG_MAP" --from-file=ca.crt="$tmp/bundle.crt" >"$tmp/ca.yaml"
  apply "The ConfigMap $CA_CONFIG_MAP" <"$tmp/ca.yaml"
}

read_ca_secret() {
  kube get secret tigera-ca-private --namespace tigera-operator --output "go-template={{index .data \"$1\"}}" 2>"$tmp/error" |
    openssl base64 -d -A >"$tmp/$2" 2>/dev/null
  [ -s "$tmp/$2" ] || fail "The Secret tigera-ca-private in tigera-operator has no $1. $(cat "$tmp/error")"
}

sign_certificate() {
  may get secrets/tigera-ca-private --namespace tigera-operator ||
    fail "You may not read the operator's CA. Ask an administrator, who can grant it with: kubectl create role read-calico-ca -n tigera-operator --verb get --resource secrets --resource-name tigera-ca-private"
  read_ca_secret tls.crt ca.crt
  read_ca_secret tls.key ca.key
  openssl x509 -in "$tmp/ca.crt" -noout -checkend 0 >/dev/null 2>&1 || fail "The operator's CA certificate has expired."
  {
    openssl ecparam -name prime256v1 -genkey -noout -out "$tmp/tls.key"
    openssl req -new -key "$tmp/tls.key" -subj "/CN=flowtrace" -out "$tmp/client.csr"
    printf '%s\n' 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' \
      'extendedKeyUsage=clientAuth' "subjectAltName=DNS:flowtrace.$namespace.svc" >"$tmp/extensions"
    openssl x509 -req -sha256 -in "$tmp/client.csr" -CA "$tmp/ca.crt" -CAkey "$tmp/ca.key" \
      -set_serial "0x7$(openssl rand -hex 15)" -days "$days" -extfile "$tmp/extensions" -out "$tmp/tls.crt"
  } >"$tmp/out" 2>"$tmp/error" || fail "The certificate could not be signed: $(cat "$tmp/error")"
  rm -f "$tmp/ca.key"
  openssl verify -CAfile "$tmp/bundle.crt" -purpose sslclient "$tmp/tls.crt" >/dev/null 2>&1 ||
    fail "Goldmane would not accept the certificate: tigera-ca-private is not in Goldmane's CA bundle. Was the CA replaced? Restart Goldmane, then try again."
  object secret tls "$CLIENT_SECRET" --cert="$tmp/tls.crt" --key="$tmp/tls.key" >"$tmp/client.yaml"
  apply "The Secret $CLIENT_SECRET" <"$tmp/client.yaml"
  say "Signed a client certificate that is valid for $days days, in the Secret $CLIENT_SECRET. Run setup.sh again to renew it."
}

make_token() {
  if [ "$new_token" = no ] && kube get secret "$TOKEN_SECRET" --namespace "$namespace" >/dev/null 2>&1; then
    say "The token of the Secret $TOKEN_SECRET stays as it is."
  else
    openssl rand -hex 32 | tr -d '\n' >"$tmp/token"
    object secret generic "$TOKEN_SECRET" --from-file=token="$tmp/token" >"$tmp/token.yaml"
    apply "The Secret $TOKEN_SECRET" <"$tmp/token.yaml"
    say "Made a random token for the login, in the Secret $TOKEN_SECRET."
  fi
}

# SECRET NAMESPACE KEY FILE: an empty file where there is none. No new value takes the place of one that could not be read.
read_key() {
  kube get secret "$1" --namespace "$2" --ignore-not-found --output \
    "go-template={{with .data}}{{with index . \"$3\"}}{{.}}{{end}}{{end}}" >"$tmp/value" 2>"$tmp/error" ||
    fail "The Secret $1 in $2 could not be read: $(cat "$tmp/error")"
  openssl base64 -d -A <"$tmp/value" >"$tmp/$4"
}

# A random password in the given file, and its hash beside it, where they are empty.
complete_password() {
  [ -s "$tmp/$1" ] && [ -s "$tmp/$1-sha256" ] && return
  [ -s "$tmp/$1" ] || openssl rand -hex 32 | tr -d '\n' >"$tmp/$1"
  changed=yes && openssl dgst -sha256 -r <"$tmp/$1" | cut -d ' ' -f 1 | tr -d '\n' >"$tmp/$1-sha256"
}

complete_certificate() {
  [ -s "$tmp/ca.crt" ] && [ -s "$tmp/clickhouse.crt" ] && [ -s "$tmp/clickhouse.key" ] && return
  openssl req -x509 -sha256 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$tmp/clickhouse.key" \
    -subj "/CN=$CLICKHOUSE_SERVICE" -addext "subjectAltName=DNS:$CLICKHOUSE_HOST,DNS:$CLICKHOUSE_HOST.cluster.local" -days 3650 \
    -out "$tmp/clickhouse.crt" >"$tmp/out" 2>"$tmp/error" || fail "ClickHouse's certificate could not be made: $(cat "$tmp/error")"
  changed=yes && cp "$tmp/clickhouse.crt" "$tmp/ca.crt"
}

# ClickHouse gets the hashes, the gateway both passwords; that of who only reads is with ClickHouse, too, for people. The certificate is
# its own authority. What is there stays; what is missing is added, as reader-password to older Secrets. Of two readers' passwords the gateway's stays.
make_clickhouse_secrets() {
  make_namespace "$CLICKHOUSE_NAMESPACE"
  changed=no
  for key in password reader-password ca.crt; do read_key "$HISTORY_SECRET" "$namespace" "$key" "$key"; done
  for key in password-sha256 reader-password-sha256; do read_key "$CLICKHOUSE_SECRET" "$CLICKHOUSE_NAMESPACE" "$key" "$key"; done
  for key in crt key; do read_key "$CLICKHOUSE_SECRET" "$CLICKHOUSE_NAMESPACE" "tls.$key" "clickhouse.$key"; done
  read_key "$CLICKHOUSE_SECRET" "$CLICKHOUSE_NAMESPACE" reader-password shown-password
  [ -s "$tmp/reader-password" ] || { changed=yes && cp "$tmp/shown-password" "$tmp/reader-password"; }
  cmp -s "$tmp/shown-password" "$tmp/reader-password" || { changed=yes && : >"$tmp/reader-password-sha256"; }
  complete_password password
  complete_password reader-password
  complete_certificate
  [ "$changed" = yes ] || {
    say "The passwords and the certificate of ClickHouse stay as they are. For new ones delete the Secrets $HISTORY_SECRET and $CLICKHOUSE_SECRET first, and restart both sides afterwards."
    return
  }
  object secret generic "$HISTORY_SECRET" --from-file=password="$tmp/password" \
    --from-file=reader-password="$tmp/reader-password" --from-file=ca.crt="$tmp/ca.crt" >"$tmp/history.yaml"
  (
    namespace=$CLICKHOUSE_NAMESPACE
    object secret generic "$CLICKHOUSE_SECRET" --from-file=password-sha256="$tmp/password-sha256" \
      --from-file=reader-password="$tmp/reader-password" --from-file=reader-password-sha256="$tmp/reader-password-sha256" \
      --from-file=tls.crt="$tmp/clickhouse.crt" --from-file=tls.key="$tmp/clickhouse.key" >"$tmp/clickhouse.yaml"
    apply "The Secret $CLICKHOUSE_SECRET" <"$tmp/clickhouse.yaml"
  )
  apply "The Secret $HISTORY_SECRET" <"$tmp/history.yaml"
  say "Made what was missing of ClickHouse's passwords and certificate, in the Secrets $HISTORY_SECRET and $CLICKHOUSE_SECRET. What was there stays. Restart ClickHouse and the gateway where they run already."
}

if [ "$action" = remove ]; then
  remove
  exit 0
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/flowtrace-setup.XXXXXX") || fail "No folder for temporary files could be made."
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' HUP INT TERM

needs openssl "It signs the certificate."
check_cluster
may create secrets --namespace "$namespace" ||
  fail "You may not create Secrets in the namespace $namespace. Ask an administrator of the cluster to run this."
make_namespace "$namespace"
copy_ca
if [ "$certificate" = yes ]; then sign_certificate; fi
make_token
if [ "$clickhouse" = yes ]; then make_clickhouse_secrets; fi

say ""
if [ "$clickhouse" = yes ]; then
  say "Next: kubectl apply -f deploy/clickhouse.yaml -f deploy/flowtrace-history-clickhouse.yaml"
else
  say "Next: kubectl apply -f deploy/flowtrace.yaml"
fi
say "The token: kubectl get secret $TOKEN_SECRET -n $namespace -o jsonpath='{.data.token}' | base64 -d"
