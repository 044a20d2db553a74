"""What the agency guide says about verifying a message works as it is written there."""

import base64
import re
import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.architecture.code import ROOT

GUIDE = (ROOT / "docs" / "agency-guide.md").read_text()
BODY = '{"type": "referrals.handoff_dispatched.v1", "data": {"kind": "线索"}}'.encode()
BLOCKS = {language: text for language, text in re.findall(r"```(sh|java)\n(.*?)```", GUIDE, re.DOTALL)}
BLOCKS["python"] = GUIDE.split("### In Python")[1].split("```python\n")[1].split("```")[0]
PROGRAMS = {"sh": "openssl", "java": "java", "python": sys.executable}
INSTALLED = [language for language, program in PROGRAMS.items() if shutil.which(program)]


def arrived(folder: Path, body: bytes) -> list[str]:
    """A message lies there as the guide wants it; what the Java program is told."""
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    x = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    signature = "v1a," + base64.b64encode(key.sign(b"msg_1.1795450000." + BODY)).decode()
    (folder / "keys.json").write_bytes(orjson.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x}]}))
    (folder / "body").write_bytes(body)
    said = {"ID": "msg_1", "TIMESTAMP": "1795450000", "SIGNATURE": f"'{signature}'"}
    (folder / "headers.env").write_text("".join(f"WEBHOOK_{name}={value}\n" for name, value in said.items()))
    return [x, "msg_1", "1795450000", f"v1a,AAAA {signature}", "body"]


def verify(language: str, folder: Path, told: list[str]) -> bool:
    """Whether the program of the guide finds the message good."""
    file = folder / {"sh": "verify.sh", "java": "Verify.java", "python": "verify.py"}[language]
    file.write_text(BLOCKS[language])
    program = "sh" if language == "sh" else PROGRAMS[language]
    command = [program, file.name, *(told if language == "java" else [])]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    good = done.stdout.strip() in {"valid", "Signature Verified Successfully"}
    assert good or done.returncode or "NOT VALID" in done.stdout, done.stderr
    return good and done.returncode == 0


@pytest.mark.parametrize("language", INSTALLED)
def test_a_message_is_verified_and_a_changed_one_is_not(language: str, tmp_path: Path) -> None:
    told = arrived(tmp_path, BODY)
    assert verify(language, tmp_path, told)
    (tmp_path / "body").write_bytes(BODY.replace(b"v1", b"v2"))
    assert not verify(language, tmp_path, told)
