"""The command line, run as a person runs it: in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service.app import Parts
from tests.bench.messy import write_feed
from tests.conftest import ROOT
from tests.fakes import SEEDS
from tests.service.check.texts.test_files import pdf
from tests.serving import COMMAND, environment, served_files

ENTRY = [sys.executable, "-c", "from service.cli.entry import run; run()"]

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("e5")]  # prepares the encoder before the first command needs it


def rebut(data: Path, *arguments: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        check=False,
        env=environment(data, **settings),
        cwd=ROOT,
        input=stdin,
        text=True,
        capture_output=True,
        timeout=120,
    )


def test_help_helps(tmp_path: Path) -> None:
    told = rebut(tmp_path, "--help").stdout
    for command in (
        "serve",
        "mcp",
        "check",
        "build",
        "load",
        "seeds",
        "export",
        "restore",
        "backup",
        "keys",
        "info",
        "eval",
        "calibrate",
        "selftest",
    ):
        assert command in told
        assert rebut(tmp_path, command, "-h").returncode == 0
    assert rebut(tmp_path, "--version").stdout.startswith("rebut")


@pytest.mark.parametrize(
    ("arguments", "suggested"), [(["chekc"], "check"), (["slftest"], "selftest"), (["check", "x", "--limt", "2"], "--limit")]
)
def test_a_mistyped_command_or_option_is_answered_with_the_one_that_is_meant(
    tmp_path: Path, arguments: list[str], suggested: str
) -> None:
    told = rebut(tmp_path, *arguments)
    assert told.returncode == 2
    assert re.search(rf"Did you mean.*{suggested}", told.stderr)


def interrupted(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Press Ctrl-C; the exit code, and what the process still said on standard error."""
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    return process.returncode, said


def test_ctrl_c_ends_quietly(built: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "waits.txt")
    reads = [*COMMAND, "check", "--file", str(tmp_path / "waits.txt")]
    with (
        subprocess.Popen(reads, env=environment(built), cwd=ROOT, text=True, stderr=subprocess.PIPE) as process,
        (tmp_path / "waits.txt").open("w"),  # opens once the command reads
    ):
        assert interrupted(process) == (130, "")
    settings = environment(built, REBUT_LOG_FORMAT="json")
    with subprocess.Popen([*COMMAND, "serve", "--port", "0"], env=settings, cwd=ROOT, text=True, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert any("running on" in line for line in process.stderr)
        code, said = interrupted(process)
        assert (code, "Traceback" in said) == (130, False)


def test_ctrl_c_is_quiet_from_the_first_moment_on(tmp_path: Path) -> None:
    """Also while Python reads the code, and while the models are loaded."""
    for command in (["check", "Minsk joined the SCO"], ["info"], ["mcp"]):
        for seconds in (0.05, 0.4, 1.5):
            with subprocess.Popen(
                [*ENTRY, *command], env=environment(tmp_path), cwd=ROOT, text=True, stderr=subprocess.PIPE, stdin=subprocess.PIPE
            ) as process:
                assert process.stderr is not None
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(seconds)  # how far it gets differs; what it says must not
                code, said = interrupted(process)
                before = code == -signal.SIGINT or "init_import_site" in said  # Python had not come to our first line yet
                assert before or (code in (130, 0) and "Traceback" not in said), (command, seconds, code, said)


@contextlib.contextmanager
def serving(data: Path, **settings: str) -> Iterator[str]:
    """A service that listens on a free port; gives its address."""
    given = environment(data, REBUT_LOG_FORMAT="json", **settings)
    with subprocess.Popen([*COMMAND, "serve", "--port", "0"], env=given, cwd=ROOT, text=True, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        running = next(line for line in process.stderr if "running on" in line)
        address = re.search(r"http://127\.0\.0\.1:\d+", running)
        assert address
        try:
            yield address[0]
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


def test_check_sends_its_key_to_a_service_that_asks_for_one(built: Path, tmp_path: Path) -> None:
    claim = ["check", "Minsk joined the SCO in July 2024", "--limit", "1"]
    key = rebut(built, "keys", "new", "terminal", "--scope", "check").stdout.strip()
    with serving(built, REBUT_ACCESS="keyed") as address:
        found = rebut(tmp_path / "nowhere", *claim, "--url", address, REBUT_KEY=key)
        assert "Shanghai Cooperation Organization" in found.stdout, found.stderr
        assert not (tmp_path / "nowhere").exists()  # nothing was loaded here
        assert rebut(built, *claim, REBUT_KEY=key, REBUT_PORT=address.rpartition(":")[2]).stderr == found.stderr == ""
        for wrong in ("", "rebut_nonsense"):
            refused = rebut(tmp_path / "nowhere", *claim, "--url", address, REBUT_KEY=wrong)
            assert (refused.returncode, refused.stdout, f"the service at {address}" in refused.stderr) == (1, "", True)
            assert "REBUT_KEY" in refused.stderr


def test_check_asks_a_service_that_runs(built: Path, tmp_path: Path) -> None:
    claim = ["check", "Ukraine is massing troops near Zhitomir by the Belarus border", "--limit", "1"]
    page = tmp_path / "page.html"
    page.write_text("<p>Well.</p><p>Minsk joined the SCO in July 2024.</p>", encoding="utf-8")
    here = {"words": rebut(built, *claim).stdout, "json": rebut(built, *claim, "--json").stdout}
    with serving(built) as address:
        port = address.rpartition(":")[2]
        nowhere = str(tmp_path / "nowhere")
        assert rebut(Path(nowhere), *claim, "--url", address).stdout == here["words"]
        assert rebut(Path(nowhere), *claim, "--json", REBUT_SERVICE_URL=address).stdout == here["json"]
        assert rebut(built, *claim, REBUT_PORT=port).stdout == here["words"]
        told = rebut(Path(nowhere), "check", "--file", str(page), "--url", address.removeprefix("http://"))
        assert "line 1  Minsk joined the SCO in July 2024." in told.stdout, told.stderr
        wrong = rebut(Path(nowhere), "check", "x", "--language", "xx", "--url", address)
        assert (wrong.returncode, "names no language" in wrong.stderr) == (2, True)
        assert not (tmp_path / "nowhere").exists()  # nothing was made here
        other = rebut(tmp_path / "other", "info", REBUT_SEEDS="")
        assert other.returncode == 0
        empty = rebut(tmp_path / "other", *claim, REBUT_SEEDS="", REBUT_PORT=port)
        assert "No known statement" in empty.stdout  # other records: the service is not asked
        busy = rebut(built, "serve", "--port", port)
        assert (busy.returncode, f"127.0.0.1:{port} is in use already" in busy.stderr) == (1, True)
    gone = rebut(built, *claim, "--url", address)
    assert (gone.returncode, gone.stderr.count(address), "Traceback" in gone.stderr) == (1, 1, False)


@pytest.mark.parametrize(
    ("arguments", "said"), [(["--host", "203.0.113.7"], "is no address of this machine"), (["--host", "no such"], "no such")]
)
def test_where_nobody_can_listen_is_told_at_once(tmp_path: Path, arguments: list[str], said: str) -> None:
    told = rebut(tmp_path, "serve", *arguments)
    assert (told.returncode, said in told.stderr, "Traceback" in told.stderr) == (1, True, False)
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete(tmp_path: Path, shell: str) -> None:
    told = rebut(tmp_path, "completion", shell)
    assert (told.returncode, f"_REBUT_COMPLETE={shell}_complete" in told.stdout) == (0, True)


@pytest.mark.parametrize(
    ("words", "completed"), [("rebut ch", "check"), ("rebut check --for", "--format"), ("rebut check --format ht", "html")]
)
def test_what_is_completed(tmp_path: Path, words: str, completed: str) -> None:
    asked = {"_REBUT_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    assert f"plain,{completed}" in rebut(tmp_path, **asked).stdout.splitlines()


def test_check_in_words_and_as_json(built: Path) -> None:
    told = rebut(built, "check", "Ukraine is massing troops near Zhitomir by the Belarus border", "--limit", "1", "--explain")
    assert (told.returncode, "\x1b" in told.stderr) == (0, False), told.stderr
    assert "Minsk says that Ukrainian forces" in told.stdout
    assert "Introduction / ¶1" in told.stdout
    assert "the claim repeats it · probability" in told.stdout
    assert "denies State Border Guard Service of Ukraine" in told.stdout
    assert "log odds" in told.stdout
    changed = rebut(built, "check", "Belarus became a member of the SCO in July 2019").stdout
    assert "date: “July 2019” where the statement has “July 2024”" in changed
    answer = json.loads(rebut(built, "check", "-", "--json", stdin="Bananas are yellow").stdout)
    assert answer["verdict"]["kind"] == "no_known_statement"
    assert answer["nearest_miss"]


def test_check_a_document_in_words_and_as_json(real_parts: Parts, tmp_path: Path) -> None:
    data = real_parts.settings.data_dir  # its index is built
    page = tmp_path / "page.htm"
    written = "<p>Здравствуйте.<br>\n[red]В июле Белоруссия вступила в ШОС.</p><p>Wheat [/] grew in 2023.</p>"
    page.write_bytes(written.encode("cp1251"))
    told = rebut(data, "check", "--file", str(page))
    assert told.returncode == 0, told.stderr
    assert re.search(r"3 sentences: 1 with known statements, 1 worth checking", told.stdout)
    assert "line 2  [red]В июле Белоруссия вступила в ШОС." in told.stdout
    assert "Belarus became a member of the Shanghai Cooperation Organization" in told.stdout
    assert "line 2: Wheat [/] grew in 2023. (figure)" in told.stdout
    answer = json.loads(rebut(data, "check", "--file", str(page), "--format", "plain", "--json", "--limit", "2").stdout)
    assert answer["format"] == "plain"
    assert answer["findings"][0]["text"].startswith("[red]")


def test_check_a_pdf_file_here_and_through_a_service(built: Path, tmp_path: Path) -> None:
    paper = tmp_path / "paper"
    paper.write_bytes(pdf(["The ministry said it", "again. Minsk joined the", "SCO in July 2024."]))
    ask = ("check", "--file", str(paper))
    words, told = rebut(built, *ask).stdout, json.loads(rebut(built, *ask, "--json").stdout)
    assert "line 2  Minsk joined the SCO in July 2024." in words
    place = slice(told["findings"][0]["start"], told["findings"][0]["end"])
    assert told["extracted"][place] == "Minsk joined the\nSCO in July 2024."
    with serving(built) as address:
        assert rebut(tmp_path / "nowhere", *ask, "--url", address).stdout == words
        assert json.loads(rebut(tmp_path / "nowhere", *ask, "--json", "--url", address).stdout) == told
    paper.write_bytes(b"%PDF-1.7 no more")
    broken = rebut(tmp_path / "nowhere", *ask)
    assert (broken.returncode, "the file is no PDF file that can be read" in broken.stderr) == (2, True)


def test_a_document_that_is_too_long_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("x" * 101, encoding="utf-8")
    told = rebut(tmp_path, "check", "--file", str(tmp_path / "long.txt"), REBUT_MAX_TEXT_CHARACTERS="100")
    assert (told.returncode, "the document has 101 characters, more than the 100 allowed" in told.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", " "], "must not be blank"),
        (["check", ""], "must not be blank"),
        (["check", "a\x1bb"], "control character"),
        (["check", "x" * 5001], "5001 characters"),
        (["check", "x", "--date", "soon"], "date"),
        (["check", "x", "--limit", "0"], "--limit"),
        (["check"], "give either a CLAIM or a --file"),
        (["check", "x", "--file", "README.md"], "give either a CLAIM or a --file"),
        (["check", "x", "--format", "html"], "--format goes with --file"),
        (["check", "--file", "nowhere.html"], "does not exist"),
        (["load", "nowhere.toml"], "does not exist"),
    ],
)
def test_wrong_usage_is_explained(tmp_path: Path, arguments: list[str], said: str) -> None:
    told = rebut(tmp_path, *arguments)
    assert told.returncode == 2
    assert said in told.stderr
    assert "Traceback" not in told.stderr


def test_load_tells_what_it_did_and_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "paper.toml"
    file.write_text(SEEDS, encoding="utf-8")
    assert re.search(r"6 added: paper-1, north-masses-troops", rebut(tmp_path, "load", str(file), REBUT_SEEDS="").stdout)
    again = rebut(tmp_path, "load", str(file), REBUT_SEEDS="").stdout
    assert re.search(r"0 added\s+0 changed\s+6 left as they were", again)
    file.write_text(SEEDS.replace("best in ten", "best in nine"), encoding="utf-8")
    assert "1 changed: wheat-harvest-record" in rebut(tmp_path, "load", str(file), REBUT_SEEDS="").stdout
    file.write_text(SEEDS.replace('denies = ["north', 'denies = ["south'), encoding="utf-8")
    wrong = rebut(tmp_path, "load", str(file), REBUT_SEEDS="")
    assert wrong.returncode == 1
    assert "Nothing was loaded" in wrong.stderr
    assert "refutation 'north-only-exercises': denies: no statement has the id 'south-masses-troops'" in wrong.stderr


def test_load_takes_what_is_good_and_tells_what_is_not(tmp_path: Path) -> None:
    (tmp_path / "paper.toml").write_text(SEEDS, encoding="utf-8")
    (tmp_path / "claims.csv").write_text("id,text\n1,Bees bark.\n2,\n", encoding="utf-8")
    write_feed(tmp_path / "feed.json", 30)
    (tmp_path / "broken.json").write_text("nonsense", encoding="utf-8")
    with served_files(tmp_path) as address:
        files = [f"{address}/feed.json", *(str(tmp_path / name) for name in ("paper.toml", "claims.csv"))]
        told = rebut(tmp_path, "load", *files, "--skipped", str(tmp_path / "skipped.jsonl"), REBUT_SEEDS="")
    assert told.returncode == 0, told.stderr
    assert re.search(r"\d+ added: paper-1, north-masses-troops", told.stdout)
    assert "2 skipped:" in told.stdout
    assert f"• {address}/feed.json: element 18: item: is null" in told.stdout
    assert f"• {tmp_path}/claims.csv: line 3: text: empty text" in told.stdout
    lines = [json.loads(line) for line in (tmp_path / "skipped.jsonl").read_text("utf-8").splitlines()]
    assert [line["reason"] for line in lines] == ["item: is null", "text: empty text"]
    wrong = rebut(tmp_path, "load", str(tmp_path / "broken.json"), REBUT_SEEDS="")
    assert wrong.returncode == 1
    assert "not valid JSON" in wrong.stdout
    missing = rebut(tmp_path, "load", f"{address}/gone.json", REBUT_SEEDS="")
    assert missing.returncode == 1
    assert "cannot be fetched" in missing.stderr


def test_a_dry_run_of_a_load_writes_nothing_and_fails_if_anything_is_left_out(tmp_path: Path) -> None:
    table = tmp_path / "claims.csv"
    table.write_bytes("Номер;Тезис;Вывод;Ссылка\n1;Пчёлы лают по ночам громко;Фейк;https://f.example/1\n2;;;\n".encode("cp1251"))
    told = rebut(tmp_path, "load", str(table), "--map", "Вывод=rating", "--dry-run", REBUT_SEEDS="")
    assert told.returncode == 1, told.stderr
    assert "Nothing was written" in told.stdout
    assert f"• {table}: line 2: file-claims-1: new: Пчёлы лают по ночам громко" in told.stdout
    assert f"• {table}: line 3: text: empty text" in told.stdout
    assert "0 statements" in rebut(tmp_path, "info", REBUT_SEEDS="").stdout
    table.write_text("id,claim,colour\n1,Bees bark.,red\n", encoding="utf-8")
    told = rebut(tmp_path, "load", str(table), "--dry-run", REBUT_SEEDS="")
    assert (told.returncode, "columns not read: 'colour'" in told.stdout) == (0, True)
    for wrong in (("--map", "claim"), ("--encoding", "nonsense")):
        assert rebut(tmp_path, "load", str(table), *wrong, REBUT_SEEDS="").returncode == 2


def test_build_and_info(tmp_path: Path) -> None:
    assert "not built yet" in rebut(tmp_path, "info").stdout
    built = rebut(tmp_path, "build")
    assert built.returncode == 0, built.stderr
    version = re.search(r"index (\w{12}): \d+ rows of 384 dimensions by rebut-e5-small", built.stdout)
    assert version
    told = rebut(tmp_path, "info").stdout
    assert version[1] in told
    assert "1 sources, 49 statements, 6 refutations" in told
    known = json.loads(rebut(tmp_path, "info", "--json").stdout)
    assert known["index"]["store_version"] == known["store_version"]
    assert re.fullmatch(r"[0-9a-f]{12}", known["tiers"])
    assert known["tiers"] in told
    assert "building the index" not in rebut(tmp_path, "build").stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"REBUT_PORT": "many"}, "REBUT_PORT"),
        ({"REBUT_SEEDS": "no-such-folder"}, "there is no such folder"),
        ({"REBUT_DATABASE_URL": "nonsense"}, "cannot open the store"),
        ({"REBUT_ENCODER": "./no-such-folder"}, "no-such-folder"),
    ],
)
def test_what_stops_the_start_is_one_clear_message(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    told = rebut(tmp_path, "build", **settings)
    assert told.returncode == 1
    assert said in told.stderr
    assert "Traceback" not in told.stderr


def test_serve_answers_takes_up_new_records_and_stops(built: Path, tmp_path: Path) -> None:
    settings = environment(built, REBUT_LOG_FORMAT="json")
    with subprocess.Popen([*COMMAND, "serve", "--port", "0"], env=settings, cwd=ROOT, text=True, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        running = next(line for line in process.stderr if "running on" in line)
        address = re.search(r"http://127\.0\.0\.1:\d+", running)
        assert address
        with httpx.Client(base_url=address[0], timeout=30) as client:
            claim = {"text": "North is massing troops near the river", "limit": 1}
            first = client.post("/v1/claims/check", json=claim).json()
            (tmp_path / "paper.toml").write_text(SEEDS, encoding="utf-8")
            loaded = rebut(built, "load", str(tmp_path / "paper.toml")).stdout
            second = client.post("/v1/claims/check", json=claim).json()
            until = time.monotonic() + 10
            while second["produced_by"]["index"] == first["produced_by"]["index"] and time.monotonic() < until:
                second = client.post("/v1/claims/check", json=claim).json()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert "6 added" in loaded
    assert [match["statement"]["id"] for match in second["matches"]] == ["north-masses-troops"]
