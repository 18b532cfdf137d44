"""What an operator does first: init, check, run; and what goes wrong then."""

import os
import shutil
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest


def commsvc(*words, **environment):
    return subprocess.run([sys.executable, "-m", "commsvc", *words], capture_output=True, text=True, timeout=60,
                          check=False, env={**os.environ, **environment})  # fmt: skip


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture
def place(tmp_path):
    """A new installation on ports of its own."""
    folder = tmp_path / "site"
    assert commsvc("init", str(folder)).returncode == 0
    config = (folder / "config.toml").read_text()
    smtp, web = free_port(), free_port()
    config = (
        config.replace("port = 8026", f"port = {smtp}")
        .replace("port = 8025", f"port = {web}")
        .replace(":8025", f":{web}")
    )
    (folder / "config.toml").write_text(config)
    return folder, smtp, web


@contextmanager
def running(folder, *start):
    command = start or (sys.executable, "-m", "commsvc", "run", "--dir", str(folder))
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def until(question, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise AssertionError("it did not come to pass")


def answers(port):
    def ask():
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True

    return ask


def rows(folder, sql):
    with sqlite3.connect(folder / "commsvc.db") as db:
        return db.execute(sql).fetchall()


def mail(port, text, sender="casey@first-customer.example", id="1@x"):
    message = f"From: {sender}\r\nTo: support@example.com\r\nSubject: Down\r\nMessage-ID: <{id}>\r\n\r\n{text}\r\n"
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.sendmail(sender, ["support@example.com"], message)


def test_init_writes_everything_once(place):
    folder, _, _ = place
    assert {p.name for p in folder.iterdir()} >= {
        "config.toml",
        "directory.toml",
        "rules",
        "templates",
        "scheduler.py",
        "calendars",
    }
    again = commsvc("init", str(folder))
    assert again.returncode == 1
    assert "nothing was changed" in again.stderr


def test_check_is_content_with_what_init_wrote_and_warns_of_what_is_unwise(place):
    done = commsvc("check", "--dir", str(place[0]))
    assert done.returncode == 0, done.stderr
    assert "All is well" in done.stdout
    assert "authserv_id is not set" in done.stdout


def test_check_lists_every_problem_of_every_file_at_once(place):
    folder, _, _ = place
    for name, old, new in [
        ("config.toml", 'operator = "operator@example.com"', 'operator = "nobody"'),
        ("directory.toml", 'zone = "Europe/London"', 'zone = "Europe/Londinium"'),
        ("rules/severity.toml", 'all = ["safety"] }', 'all = ["saftey"] }'),
        ("templates/email/resolved/en.txt.j2", "{{ salutation }}", "{{ saltation }}"),
    ]:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))
    done = commsvc("check", "--dir", str(folder))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for said in (
        "config.toml:",
        "operator",
        "directory.toml:",
        "Europe/Londinium",
        "severity.toml:",
        "saftey",
        "en.txt.j2:",
        "saltation",
    ):
        assert said in done.stderr, done.stderr


def test_check_names_what_does_not_answer(place):
    folder, _, _ = place
    with (folder / "config.toml").open("a") as config:
        config.write(f'\n[smtp]\nhost = "127.0.0.1"\nport = {free_port()}\npassword_env = "NOT_THERE"\n')
    done = commsvc("check", "--dir", str(folder))
    assert done.returncode == 1
    assert "nothing answers" in done.stderr
    assert "NOT_THERE is not set" in done.stderr


@pytest.mark.parametrize("start", ["run", "scheduler"])
def test_a_new_installation_takes_mail_in_and_sends_nothing(place, start):
    folder, smtp, web = place
    command = () if start == "run" else (sys.executable, "scheduler.py")
    with running(folder, *command):
        until(answers(smtp))
        mail(smtp, "Nobody can order at any of our sites, everything is down.")
        assert until(
            lambda: rows(folder, "SELECT state FROM letter WHERE letter = 'acknowledge' AND state <> 'wanted'")
        ) == [("would have been sent",)]
        until(answers(web))
        until(lambda: rows(folder, "SELECT id FROM letter WHERE letter = 'watch_report' AND state = 'sent'"))
    assert [p.name for p in (folder / "post").iterdir()] == ["operator@example.com"]


def test_live_lets_the_receipt_out_and_stop_holds_the_next(place):
    folder, smtp, _ = place
    with running(folder):
        until(answers(smtp))
        assert commsvc("live", "--all", "--dir", str(folder)).returncode == 0
        mail(smtp, "Nobody can order at any of our sites, everything is down.")
        until((folder / "post" / "casey@first-customer.example").is_dir)
        assert commsvc("stop", "--reason", "a test", "--dir", str(folder)).returncode == 0
        until(lambda: "ESC-1" in commsvc("show", "--dir", str(folder)).stdout)
        assert "H3_production_down_all" in commsvc("why", "ESC-1", "--dir", str(folder)).stdout
        mail(smtp, "Now nobody can pay either, all tills are down.", id="2@x")
        held = "SELECT state FROM letter WHERE letter = 'acknowledge' AND subject_id = 2 AND state <> 'wanted'"
        assert until(lambda: rows(folder, held)) == [("stopped by a check",)]
    assert rows(folder, "SELECT state FROM letter WHERE letter = 'acknowledge' AND subject_id = 1") == [("sent",)]


def test_a_second_daemon_on_one_database_refuses_to_start(place):
    folder, smtp, _ = place
    with running(folder):
        until(answers(smtp))
        second = commsvc("run", "--dir", str(folder))
        assert second.returncode == 1
        assert "another commsvc daemon" in second.stderr


def test_broken_rules_while_running_are_shown_and_the_good_ones_stay(place):
    folder, smtp, _ = place
    with running(folder):
        until(answers(smtp))
        path = folder / "rules" / "severity.toml"
        good = path.read_text()
        path.write_text(good.replace('all = ["safety"] }', 'all = ["saftey"] }'))
        assert "saftey" in until(lambda: rows(folder, "SELECT said FROM trouble WHERE source = 'rules'"), 30)[0][0]
        mail(smtp, "Nobody can order at any of our sites, everything is down.")
        until(lambda: rows(folder, "SELECT id FROM escalation"))
        path.write_text(good)
        until(lambda: rows(folder, "SELECT said FROM trouble WHERE source = 'rules'") == [], 30)


def test_a_person_signs_in_by_a_link_from_the_command_line(place):
    folder, _, _ = place
    done = commsvc("sign-in", "max@example.com", "--dir", str(folder))
    assert "/sign-in/" in done.stdout
    assert commsvc("sign-in", "eve@example.com", "--dir", str(folder)).returncode == 1


def test_the_built_package_carries_what_init_writes(tmp_path):
    top = Path(__file__).parents[1]
    source = tmp_path / "source"
    shutil.copytree(
        top, source, ignore=shutil.ignore_patterns(".venv", ".git", "bench", "tests", "*.egg-info", "build")
    )
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(source)],
        check=True,
        timeout=200,
    )
    wheel = next(tmp_path.glob("commsvc-*.whl"))
    shutil.unpack_archive(wheel, tmp_path / "there", "zip")
    done = subprocess.run([sys.executable, "-m", "commsvc", "init", str(tmp_path / "site")], cwd=tmp_path, text=True, capture_output=True,
                          timeout=60, check=False, env={**os.environ, "PYTHONPATH": str(tmp_path / "there")})  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "rules" / "severity.toml").is_file()
    assert (tmp_path / "there" / "commsvc" / "shipped" / "scheduler.py").is_file()
