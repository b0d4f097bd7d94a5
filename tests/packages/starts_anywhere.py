"""Starts every package in a root file system that holds the package and nothing else, and calls it.

No loader, no C library, no /etc, no /tmp: what starts here starts on Debian 10, 11 and 12 and on whatever follows, because it asks
nothing of the system but its kernel. A program that names a loader or a library does not get this far: `goldcast package` refuses it.

Usage: starts_anywhere.py FOLDER, where FOLDER is what `goldcast package --out FOLDER` wrote. Needs user namespaces, or root.
"""

import hashlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile

# Function Compute hands these over; the keys are never used, since the event needs no call.
ENVIRONMENT = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "id",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret",
    "GOLDCAST_POLICY": "/code/policy.json",
    "GOLDCAST_TIMEOUT": "60",
}
# Another function's answer that asks for no sweep: every function has nothing to do about it.
EVENT = json.dumps({"requestContext": {"requestId": "t", "functionArn": "t"}, "responsePayload": '{"wake":false}'})
START_SECONDS_MAX = 10
MODES = {"bootstrap": 0o755, "policy.json": 0o644}
FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unpack(package: pathlib.Path, code: pathlib.Path) -> None:
    """Unpacks as the platform does: with the modes of the archive."""
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None, f"{package} is damaged"
        files = {entry.filename: entry for entry in archive.infolist()}
        assert list(files) == list(MODES), f"{package} holds {list(files)}"
        for name, mode in MODES.items():
            entry = files[name]
            assert entry.date_time == FIRST_DAY and entry.extra == b"", f"{package}: {name} says when it was made"
            assert (entry.external_attr >> 16) & 0o777 == mode, f"{package}: {name} has the wrong mode"
            path = code / name
            path.write_bytes(archive.read(entry))
            path.chmod(mode)


def in_root(root: pathlib.Path) -> list[str]:
    chroot = ["chroot", str(root), "/code/bootstrap"]
    return chroot if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", *chroot]


def call(port: int, process: subprocess.Popen) -> tuple[int, str]:
    until = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            headers = {"x-fc-request-id": "t", "x-fc-control-path": "/invoke"}
            connection.request("POST", "/invoke", EVENT, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except ConnectionRefusedError:
            assert process.poll() is None, f"it ended with {process.returncode}"
            assert time.monotonic() < until, "it did not answer"
            time.sleep(0.02)


def check(package: pathlib.Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        code = root / "code"
        code.mkdir()
        unpack(package, code)
        port = free_port()
        # Channels of the policy find no addresses here, which they say when they would speak and not before.
        environment = {**ENVIRONMENT, "FC_SERVER_PORT": str(port), "PATH": os.environ["PATH"]}
        process = subprocess.Popen(in_root(root), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            status, answer = call(port, process)
        except AssertionError as error:
            process.kill()
            said = process.communicate()[0].decode(errors="replace")
            raise SystemExit(f"{package.name}: {error}\n{said}") from error
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert status == 200, f"{package.name} answered {status}: {answer}"


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    manifest = json.loads((folder / "manifest.json").read_text())
    for listing in manifest["packages"]:
        package = folder / listing["file"]
        assert hashlib.sha256(package.read_bytes()).hexdigest() == listing["sha256"], f"{package} is another one"
        check(package)
        print(f"{listing['function']}: starts with nothing but itself, {listing['bytes']} bytes")


main()
