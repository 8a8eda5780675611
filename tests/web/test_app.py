"""The addresses of the page: what each answers to a page, and to one that is none."""

import json

import pytest
from starlette.testclient import TestClient

from dmiso.models.registry import default_model_name
from dmiso.settings.serve import ServeSettings
from dmiso.web.app import make_app
from dmiso.web.guard import POLICY, REPORT_POLICY, new_token
from dmiso.web.history import History, Record

HOST = "127.0.0.1:4321"
NAME = "20260101-120000-abcdef"
ASKED = {
    "mirnas": "hsa-let-7a-5p",
    "targets": "LIN28B-like",
    "reference": "tiny-hsa",
    "model": "duplex-chimeras@v0.2.0",
    "against": True,
    "as_utrs": False,
}


@pytest.fixture
def history(tmp_path):
    return History(tmp_path / "runs")


@pytest.fixture
def client(history):
    token = new_token()
    settings = ServeSettings(max_nucleotides=1000, max_waiting=1, max_mirnas=2, max_targets=3)
    app, _ = make_app(history, settings, token=token, hosts={HOST}, room="/a-room")
    # with the origin of its own page, as browsers send it
    with TestClient(app, base_url=f"http://{HOST}/a-room", headers={"origin": f"http://{HOST}"}) as opened:
        assert opened.get(f"?token={token}").status_code == 200
        yield opened


@pytest.fixture
def run(history):
    """A finished run, made by hand."""
    name = history.begin(
        Record(asked=ASKED, title="<b>a</b> on b", command=["ask"], begun=1.0, server=1, state="done"), {}
    )
    folder = history.result(name)
    folder.mkdir()
    (folder / "report.html").write_text("<!DOCTYPE html><script>1</script>")
    (folder / "pairs.tsv").write_text("a\tb\n")
    return name


def test_page__has_no_script_and_no_style_of_its_own(client):
    page = client.get("/")
    assert page.headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert " style=" not in page.text
    assert "<style" not in page.text
    assert "onclick" not in page.text
    assert "//" not in page.text


@pytest.mark.parametrize("name", ["style.css", "page.css", "page.js", "icon.svg"])
def test_files_of_the_page__name_no_other_address(client, name):
    answer = client.get(f"/static/{name}")
    assert answer.status_code == 200
    assert "//" not in answer.text.replace("// ", "").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "innerHTML" not in answer.text


@pytest.mark.parametrize(
    "name", ["page.html", "../app.py", "..%2fapp.py", "%2e%2e/app.py", "", "/etc/passwd", "x"]
)
def test_static__gives_its_files_alone(client, name):
    assert client.get(f"/static/{name}").status_code == 404


def test_choices__are_models_references_limits_and_examples(client, history):
    found = client.get("/choices").json()
    assert found["models"][0]["name"] == default_model_name()
    assert "tiny-hsa" in [reference["name"] for reference in found["references"]]
    assert found["limits"]["max_nucleotides"] == 1000
    assert found["folder"] == str(history.folder)
    assert all(example["reference"] == "tiny-hsa" for example in found["examples"])


def test_runs__are_listed_with_what_was_asked(client, run):
    (listed,) = client.get("/runs").json()["runs"]
    assert (listed["name"], listed["title"], listed["state"]) == (run, "<b>a</b> on b", "done")
    found = client.get(f"/runs/{run}").json()
    assert found["asked"] == ASKED
    assert found["files"] == ["pairs.tsv", "report.html"]
    assert found["has_report"]


def test_run__without_a_report_has_its_answer_in_words(client, run, history):
    assert client.get(f"/runs/{run}").json()["text"] == ""
    (history.result(run) / "report.html").unlink()
    (history.result(run) / "answer.txt").write_text("a on <b>: bound\n")
    found = client.get(f"/runs/{run}").json()
    assert (found["has_report"], found["text"]) == (False, "a on <b>: bound\n")


def test_runs__a_damaged_one_is_listed_with_what_is_wrong(client, run, history):
    (history.folder / run / "job.json").write_text("{")
    (listed,) = client.get("/runs").json()["runs"]
    assert listed["state"] == "failed"
    assert "cannot be read" in listed["message"]


def test_report__stands_in_a_sandbox(client, run):
    answer = client.get(f"/runs/{run}/report")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == REPORT_POLICY
    assert "sandbox allow-scripts" in REPORT_POLICY
    assert "default-src 'none'" in REPORT_POLICY
    assert "allow-same-origin" not in REPORT_POLICY


def test_files__are_saved_and_never_shown(client, run):
    for file in ("report.html", "pairs.tsv"):
        answer = client.get(f"/runs/{run}/files/{file}")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"] == f'attachment; filename="{file}"'


REACHES = [
    "%2e%2e",
    "..%2f..%2fetc%2fpasswd",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "job.json",
    "..%2fjob.json",
    "%00",
    "report.html%00.tsv",
    ".hidden",
    "..\\job.json",
]


@pytest.mark.parametrize("reach", REACHES)
def test_names__reach_no_file_outside(client, run, history, reach):
    (history.folder / "secret.txt").write_text("mine")
    (history.result(run) / ".hidden").write_text("mine")
    for path in (
        f"/runs/{reach}/report",
        f"/runs/{reach}/files/pairs.tsv",
        f"/runs/{run}/files/{reach}",
        f"/jobs/{reach}/events",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "mine" not in answer.text
    assert client.post(f"/jobs/{reach}/cancel").status_code == 404


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"model": "/tmp/evil"}, "model", "Choose one of the list"),
        ({"model": "--help"}, "model", "Choose one"),
        ({"reference": "../../tmp"}, "reference", "Choose one"),
        ({"mirnas": "--transcripts"}, "mirnas", "neither a sequence nor a name"),
        ({"targets": "/etc/passwd"}, "targets", "neither a sequence nor a name"),
        ({"mirnas": "_targets.fa"}, "mirnas", "neither a sequence nor a name"),
        ({"mirnas": "' OR 1=1 --"}, "mirnas", "neither a sequence nor a name"),
        ({"mirnas": "let-7a let-7b miR-21-5p"}, "mirnas", "takes 2 in one question (--max-mirnas)"),
        (
            {"targets": "".join(f">t{n}\n{'ACGU' * 9}\n" for n in range(4))},
            "targets",
            "takes 3 in one question",
        ),
        ({"targets": "ACGU" * 251}, "targets", "1,004 nucleotides; this server takes 1,000"),
        ({"targets": "LIN28B-like EZH2-like"}, "targets", "one gene or transcript at a time"),
        ({"mirnas": "let-7a-5p GUACAGUACUGUGAUAACUGAA"}, "mirnas", "is a canonical miRNA"),
    ],
    ids=str,
)
def test_question__that_cannot_be_asked_is_refused_beside_its_field(client, history, change, field, said):
    answer = client.post("/jobs", json=ASKED | change)
    assert answer.status_code == 422
    assert said in answer.json()["problems"][field]
    assert set(answer.json()["problems"]) == {field}
    assert history.names() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"mirnas": 1}',
        json.dumps({**ASKED, "output": "/tmp"}).encode(),
        b"[" * 2000,
        b"\xff\xfe",
    ],
)
def test_question__of_another_form_is_refused(client, body):
    answer = client.post("/jobs", content=body)
    assert answer.status_code == 400
    assert "Load it again" in answer.json()["problem"]


def test_question__too_many_bytes_are_refused(client):
    answer = client.post("/jobs", json=ASKED | {"targets": "A" * 100_000})
    assert answer.status_code == 413
    assert "--max-nucleotides" in answer.json()["problem"]


def test_question__is_run_and_can_be_cancelled_and_too_many_are_refused(client, history):
    slow = ASKED | {"mirnas": ">slow\nUGAGGUAGUAGGUUGUAUAGUU", "targets": "ACGUUGCAUG" * 90}
    names = [client.post("/jobs", json=slow).json()["name"] for _ in range(2)]
    refused = client.post("/jobs", json=slow)
    assert refused.status_code == 429
    assert "--max-waiting 1" in refused.json()["problem"]
    for name in reversed(names):
        assert client.post(f"/jobs/{name}/cancel").status_code == 200
        lines = client.get(f"/jobs/{name}/events").text.splitlines()
        told = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
        assert json.loads(told[-1])["state"] == "cancelled"
    assert {history.read(name).state for name in names} == {"cancelled"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/jobs"),
        ("POST", "/runs"),
        ("DELETE", f"/runs/{NAME}"),
        ("PUT", "/"),
        ("POST", "/"),
        ("GET", f"/jobs/{NAME}/cancel"),
    ],
)
def test_addresses__take_their_methods_alone(client, method, path):
    assert client.request(method, path).status_code == 405
