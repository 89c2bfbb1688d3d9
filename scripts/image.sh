#!/usr/bin/env bash
# Build Rebut's image (`image.sh build`), or build, run and check it (`image.sh test`).
#
# With a Docker engine it uses that. Without one, as root on Debian or Ubuntu, it installs buildah, podman and runc and uses
# those. Without a reachable image registry it makes a stand-in for the base image from Debian packages and this machine's
# Python. Environment: BASE (base image), IMAGE (the result's name), TORCH_INDEX (an index that has torch's CPU build).
set -euo pipefail
cd "$(dirname "$0")/.."
action=${1:?build or test}
BASE=${BASE:-python:3.11-slim-bookworm}
IMAGE=${IMAGE:-rebut:latest}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/rebut-image.XXXXXX")
container=rebut-image-test-$$
step() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }

cleanup() {
  status=$?
  trap - EXIT
  if [ "$action" = test ] && [ -n "${engine:-}" ]; then
    [ "$status" = 0 ] || { "${run[@]}" logs "$container" 2>&1 | tail -n 20 || true; }
    "${run[@]}" rm -f "$container" >/dev/null 2>&1 || true
    "${run[@]}" volume rm -f "$container" >/dev/null 2>&1 || true
  fi
  rm -rf "$scratch" wheels/.incoming
  exit "$status"
}
trap cleanup EXIT

choose_engine() {
  if docker info >/dev/null 2>&1; then
    engine=docker run=(docker)
    export DOCKER_BUILDKIT=1
    return
  fi
  [ "$(id -u)" = 0 ] || { echo "error: no Docker engine answers; start one, or run as root to use buildah" >&2; exit 1; }
  command -v apt-get >/dev/null || { echo "error: no Docker engine answers, and no apt-get to install buildah with" >&2; exit 1; }
  command -v buildah podman runc >/dev/null || {
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends buildah podman runc >/dev/null
  }
  engine=buildah run=(podman --runtime /usr/sbin/runc --cgroup-manager cgroupfs)
  export BUILDAH_ISOLATION=chroot
}

choose_base() {
  if "${run[@]}" image inspect "$BASE" >/dev/null 2>&1 || "${run[@]}" image inspect "localhost/$BASE" >/dev/null 2>&1; then return; fi
  if [ "$engine" = docker ] && timeout 120 docker pull -q "$BASE" >/dev/null 2>&1; then return; fi
  if [ "$engine" = buildah ] && timeout 120 podman pull -q "docker.io/library/$BASE" >/dev/null 2>&1; then return; fi
  step "no registry gives $BASE: making a stand-in from Debian packages and this machine's Python"
  scripts/base-image.sh "$scratch/base.tar"
  "${run[@]}" import --change 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8' \
    "$scratch/base.tar" "$BASE" >/dev/null 2>&1
}

collect_wheels() { # torch's CPU build, where this machine's pip finds one
  mkdir -p wheels
  if compgen -G 'wheels/torch-*' >/dev/null || [ -n "${TORCH_INDEX:-}" ]; then return; fi
  local torch
  torch=$(sed -n 's/^\(torch==[^ ]*\).*/\1/p' requirements.lock)
  python3 -m pip download --quiet --no-deps --only-binary :all: --dest wheels/.incoming "$torch" 2>/dev/null || true
  mv wheels/.incoming/torch-*+cpu-*.whl wheels/ 2>/dev/null || {
    echo "note: pip finds no CPU build of torch here; the image gets the default build, gigabytes larger (see docs/how-to/torch.md)"
  }
  rm -rf wheels/.incoming
}

build() {
  local arguments=(--build-arg "BASE=$BASE" --build-arg "TORCH_INDEX=${TORCH_INDEX:-}" --tag "$IMAGE" --file Dockerfile)
  [ -f /etc/pip.conf ] && arguments+=(--secret id=pip_conf,src=/etc/pip.conf)
  [ -f /etc/ssl/certs/ca-certificates.crt ] && arguments+=(--secret id=ca_bundle,src=/etc/ssl/certs/ca-certificates.crt)
  if [ "$engine" = docker ]; then
    docker build --network host "${arguments[@]}" . >"$scratch/build.log" 2>&1
  else
    buildah bud --pull-never --format docker "${arguments[@]}" . >"$scratch/build.log" 2>&1
  fi || { tail -n 40 "$scratch/build.log" >&2; exit 1; }
}

inside() { "${run[@]}" exec "$container" "$@"; }

check() {
  local port=18765 limits=() hard
  hard=$(ulimit -Hn)
  [ "$engine" = docker ] || limits=(--ulimit "nofile=$hard:$hard" --ulimit nproc=8192:8192 --health-interval=disable)
  "${run[@]}" volume create "$container" >/dev/null
  "${run[@]}" run --detach --name "$container" --network host --read-only --tmpfs /tmp --cap-drop ALL \
    --security-opt no-new-privileges --memory 2g "${limits[@]}" --volume "$container:/data" \
    --env REBUT_HOST=127.0.0.1 --env "REBUT_PORT=$port" "$IMAGE" >/dev/null 2>"$scratch/run.err" || { cat "$scratch/run.err" >&2; exit 1; }
  for _ in $(seq 240); do
    curl --fail --silent --max-time 5 "http://127.0.0.1:$port/health/ready" >/dev/null && break
    sleep 0.5
  done
  step "ready"
  curl --fail --silent --show-error "http://127.0.0.1:$port/v1/claims/check" --header 'content-type: application/json' \
    --data '{"text": "Ukraine is massing troops on the Belarusian border near Zhytomyr"}' >"$scratch/answer.json"
  python3 - "$scratch/answer.json" <<'PYTHON'
import json, sys
answer = json.load(open(sys.argv[1]))
assert answer["matches"][0]["statement"]["id"] == "ukraine-troops-zhytomyr-border", answer
assert answer["matches"][0]["refutations"][0]["stance"] == "denies", answer
PYTHON
  step "a claim is answered with its statement and refutation"
  guide=$(curl --fail --silent --show-error --location "http://127.0.0.1:$port/guide")
  [[ $guide == *"<title>Rebut"* ]]
  step "the guide is served"
  if [ "$engine" = docker ]; then
    for _ in $(seq 60); do [ "$(docker inspect "$container" --format '{{.State.Health.Status}}')" = healthy ] && break; sleep 0.5; done
    [ "$(docker inspect "$container" --format '{{.State.Health.Status}}')" = healthy ]
  else
    "${run[@]}" healthcheck run "$container"
  fi
  step "the health check says healthy"
  inside sh -c '[ "$(id -u)" = 10001 ]'
  inside sh -c '! touch /opt/rebut/x 2>/dev/null && ! touch /x 2>/dev/null && touch /data/x && rm /data/x'
  inside grep -q 'CapEff:.*0000000000000000' /proc/self/status
  step "user 10001, read-only root, writable /data, no capabilities"
  "${run[@]}" stop --time 15 "$container" >/dev/null 2>&1
  [ "$("${run[@]}" inspect "$container" --format '{{.State.ExitCode}}')" = 0 ]
  step "stops on SIGTERM with exit code 0"
}

choose_engine
step "engine: $engine"
choose_base
collect_wheels
step "building"
build
step "built $IMAGE: $("${run[@]}" image inspect "$IMAGE" --format '{{.Size}}') bytes"
[ "$action" = build ] || check
