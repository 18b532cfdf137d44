"""`--mail DIR` feeds other mails in; wrong use ends with a sentence."""

import subprocess
import sys

from tests.demo.reader import addresses, read


def demo(*words):
    return subprocess.run(
        [sys.executable, "-m", "commsvc", "demo", *words], capture_output=True, text=True, timeout=120, check=False
    )


def test_a_mail_of_ones_own_gets_its_receipt(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.eml").write_text(
        "From: Adaeze Okafor <adaeze.okafor@nimbusretail.example>\nTo: support@kestrel.example\nSubject: Tills\n"
        "Message-ID: <1@nimbusretail.example>\n\nNobody can pay at any till, all 214 stores are down.\n"
    )
    done = demo("--dir", str(tmp_path / "d"), "--until", "1h", "--exit", "--mail", str(tmp_path / "in"))
    assert done.returncode == 0, done.stderr
    assert "adaeze.okafor@nimbusretail.example" in addresses(tmp_path / "d")
    assert "SEV1" in read(tmp_path / "d", "adaeze.okafor@nimbusretail.example")[0].text


def test_wrong_use_is_one_sentence(tmp_path):
    assert demo("--until", "soon", "--exit").returncode == 1
    assert "2d, 6h or 45m" in demo("--until", "soon", "--exit").stderr
    (tmp_path / "empty").mkdir()
    done = demo("--dir", str(tmp_path / "d"), "--until", "1h", "--exit", "--mail", str(tmp_path / "empty"))
    assert done.returncode == 1
    assert "no .eml file" in done.stderr
    assert "Traceback" not in done.stderr
