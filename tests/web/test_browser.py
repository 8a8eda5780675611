"""The page in a real browser: examples, slips, cancelling, two tabs, the keyboard alone, and accessibility."""

import json
import re
from types import SimpleNamespace

import pytest
from tests.web.conftest import Served

TIMEOUT = 300_000
"""Milliseconds after which a page is taken to hang; no test asserts a time."""
SLOW = ("ACGUUGCAUGCAUCGAUCGGAUCUAGCUAGGCUA" * 600)[:20_000]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A server that tests share which only look, or ask what ends by itself."""
    server = Served(tmp_path_factory.mktemp("shared") / "runs")
    yield server
    if server.process.poll() is None:
        server.stop()


@pytest.fixture
def pages(chromium, shared):
    """Open tabs of a server: ``pages()``; what they asked elsewhere and what their scripts complained of are kept."""
    contexts, elsewhere, complaints = [], [], []

    def new(server=None, **options):
        pages.server = server or pages.server or shared
        context = chromium.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(TIMEOUT)
        page = context.new_page()
        watch(page)
        context.on("page", watch)
        page.goto(pages.server.url)
        page.wait_for_selector("#examples button")
        return page

    def watch(page):
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("http://127.0.0.1:", "blob:", "data:"))
                or elsewhere.append(request.url)
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: "Content Security Policy" in message.text and complaints.append(message.text),
        )

    pages = new
    pages.server = None
    yield new
    for context in contexts:
        context.close()
    assert elsewhere == []
    assert complaints == []


def shows(page, selector, text):
    """Wait until an element shows a text."""
    from playwright.sync_api import expect

    expect(page.locator(selector)).to_contain_text(text, timeout=TIMEOUT)


def ask(page, mirnas, targets, **more):
    page.fill("#mirnas", mirnas)
    page.fill("#targets", targets)
    for name, value in more.items():
        page.set_checked(f"#{name}", value)
    page.click("#ask")


def answer_of(page):
    """Wait for the end of a question; return its heading, and the report's text."""
    page.wait_for_selector("#answer:not([hidden])")
    heading = page.inner_text("#answer-heading")
    if page.is_visible("#report"):
        frame = page.frame_locator("#report")
        frame.locator("h1").wait_for()
        text = frame.locator("body").inner_text()
    else:
        text = page.inner_text("#text" if page.is_visible("#text") else "#answer-problem")
    return SimpleNamespace(heading=heading, text=" ".join(text.split()))


EXAMPLES = [
    ("A miRNA and its gene", "hsa-let-7a-5p on LIN28B-like", ["bound", "repressed"]),
    ("The same, shuffled", "hsa-let-7a-5p on LIN28B-shuffled", ["not distinguishable", "not repressed"]),
    (
        "A 5′-shifted isomiR",
        "GUACAGUACUGUGAUAACUGAA on SHIFT101-like",
        ["hsa-miR-101-3p", "repression gained"],
    ),
    (
        "A tail that changes nothing",
        "UAGCUUAUCAGACUGAUGUUGAC on PDCD4-like",
        ["repression the same"],
    ),
]


def test_page__answers_every_example(pages, serve):
    page = pages(serve())
    assert page.url == f"{pages.server.base}/"
    titles = page.locator("#examples strong").all_inner_texts()
    assert titles == [title for title, _, _ in EXAMPLES]
    for title, question, words in EXAMPLES:
        page.get_by_role("button", name=title).click()
        page.click("#ask")
        page.wait_for_selector("#work:not([hidden])")
        answer = answer_of(page)
        assert answer.heading == "Answer"
        assert page.inner_text("#answer-title") == question
        for word in words:
            assert word in answer.text.lower() or word in answer.text, (
                f"{title}: {word!r} is not in {answer.text}"
            )
    shown = page.locator("#history li")
    assert shown.locator("a").all_inner_texts() == [question for _, question, _ in reversed(EXAMPLES)]
    assert set(shown.locator(".badge").all_inner_texts()) == {"done"}


BAD = [
    ("UGAGGUAGUXGGUUGUAUAGUU", "LIN28B-like", {"mirnas": "'X' at position 10"}),
    ("hsa-let-7x", "LIN28C-like", {"mirnas": "hsa-let-7", "targets": "LIN28B-like"}),
    ("", "", {"mirnas": "Give a miRNA", "targets": "Give a gene"}),
    ("UGAGGUAG", "LIN28B-like", {"mirnas": "is no miRNA"}),
    (">a\nUGAGGUAG", "LIN28B-like", {"mirnas": "at least 15"}),
    (
        "--help",
        "../../etc/passwd",
        {"mirnas": "neither a sequence nor a name", "targets": "neither a sequence nor"},
    ),
    ("ACGU" * 16, "LIN28B-like", {"mirnas": "Paste it in the other field"}),
]


@pytest.mark.parametrize(("mirnas", "targets", "said"), BAD, ids=lambda value: str(value)[:20])
def test_page__says_what_is_wrong_beside_its_field(pages, mirnas, targets, said):
    page = pages()
    before = page.locator("#history li").count()
    ask(page, mirnas, targets)
    page.wait_for_selector("[aria-invalid=true]")
    for field in ("mirnas", "targets"):
        text = page.inner_text(f"#{field}-error")
        assert (said[field] in text) if field in said else text == ""
        assert (page.get_attribute(f"#{field}", "aria-invalid") == "true") == (field in said)
        assert f"{field}-error" in page.get_attribute(f"#{field}", "aria-describedby")
    assert page.evaluate("document.activeElement.id") == next(iter(said))
    assert page.is_hidden("#work")
    assert page.is_enabled("#ask")
    assert page.locator("#history li").count() == before


def test_page__too_long_a_question_is_refused_with_the_limit(pages, serve):
    page = pages(serve("--max-nucleotides", "1000"))
    ask(page, "hsa-let-7a-5p", "ACGU" * 260)
    page.wait_for_selector("#targets-error:not(:empty)")
    assert "1,000" in page.inner_text("#targets-error")
    ask(page, "hsa-let-7a-5p", "ACGU" * 60_000)
    assert "1,000 nucleotides" in page.inner_text("#targets-error")
    assert "--max-nucleotides" in page.inner_text("#targets-error")


def test_page__names_with_script_tags_are_shown_and_never_run(pages):
    page = pages()
    dialogs = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message) or dialog.dismiss())
    name = "<img/src=x/onerror=alert(1)><script>alert(2)</script>"
    ask(page, f">{name}\nUGAGGUAGUAGGUUGUAUAGUU", f">{name}\n{'ACUACCUCAGAUUACA' * 5}", as_utrs=True)
    answer = answer_of(page)
    assert answer.heading == "Answer"
    assert page.inner_text("#answer-title").startswith("<img/src=x/onerror=alert(1)>")
    assert page.locator("#history a").first.inner_text().startswith("<img")
    assert page.locator("main img, main script").count() == 0
    assert dialogs == []


def test_page__a_file_is_read_into_its_field(pages, tmp_path):
    page = pages()
    (tmp_path / "m.fa").write_text(">a\nUGAGGUAGUAGGUUGUAUAGUU\n")
    (tmp_path / "m.fa.gz").write_bytes(b"\x1f\x8b\0\0\xff")
    page.set_input_files("[data-for=mirnas]", tmp_path / "m.fa")
    page.wait_for_timeout(500)
    assert page.input_value("#mirnas").startswith(">a")
    page.set_input_files("[data-for=mirnas]", tmp_path / "m.fa.gz")
    page.wait_for_selector("#mirnas-error:not(:empty)")
    assert "m.fa.gz is not plain text. Unpack it first" in page.inner_text("#mirnas-error")


def begin_slow(page, name):
    """Ask what takes long; return once it is at work."""
    ask(page, f">{name}\nUGAGGUAGUAGGUUGUAUAGUU", SLOW)
    page.wait_for_selector("#work:not([hidden])")
    shows(page, "#told", "so far")


def states(server):
    found = [json.loads(path.read_text()) for path in server.folder.glob("*/job.json")]
    return {record["title"].partition(" ")[0]: record["state"] for record in found}


def test_page__cancels_and_goes_on(pages, serve):
    page = pages(serve())
    begin_slow(page, "slow")
    assert len(pages.server.children()) == 1
    page.click("#cancel")
    answer = answer_of(page)
    assert answer.heading == "No answer: cancelled"
    assert "Cancelled on the page" in answer.text
    assert pages.server.children() == []
    assert states(pages.server) == {"slow": "cancelled"}
    page.click("#again")
    assert page.input_value("#mirnas").startswith(">slow\n")
    assert page.is_enabled("#ask")


def test_page__loaded_again_shows_the_same_question_at_work(pages, serve):
    page = pages(serve("--away-seconds", "5"))
    begin_slow(page, "slow")
    page.reload()
    page.wait_for_selector("#work:not([hidden])")
    shows(page, "#told", "so far")
    page.wait_for_timeout(6_000)
    assert states(pages.server) == {"slow": "running"}
    page.click("#cancel")
    assert answer_of(page).heading == "No answer: cancelled"


def test_page__closed_cancels_its_question(pages, serve):
    page = pages(serve("--away-seconds", "1"))
    begin_slow(page, "slow")
    page.close()
    other = pages()
    other.wait_for_selector("#history .badge")
    while states(pages.server) != {"slow": "cancelled"}:
        other.wait_for_timeout(200)
    assert pages.server.children() == []


def test_two_tabs__work_apart(pages, serve):
    one = pages(serve("--max-running", "2"))
    other = one.context.new_page()
    other.goto(f"{pages.server.base}/")
    other.wait_for_selector("#examples button")
    begin_slow(one, "slow")
    ask(other, "hsa-let-7a-5p", "LIN28B-like")
    other.wait_for_selector("#work:not([hidden])")
    shows(other, "#work-title", "hsa-let-7a-5p on LIN28B-like")
    assert one.inner_text("#work-title").startswith("slow on ")
    assert answer_of(other).heading == "Answer"
    assert one.is_visible("#work")
    one.click("#cancel")
    assert answer_of(one).heading == "No answer: cancelled"
    assert other.inner_text("#answer-heading") == "Answer"


def test_two_tabs__the_second_waits_for_its_turn(pages, serve):
    one = pages(serve())
    other = one.context.new_page()
    other.goto(f"{pages.server.base}/")
    other.wait_for_selector("#examples button")
    begin_slow(one, "slow")
    ask(other, "hsa-let-7a-5p", "LIN28B-like")
    shows(other, "#told", "Waiting for its turn")
    one.click("#cancel")
    assert answer_of(other).heading == "Answer"


def test_page__says_when_too_many_questions_are_there(pages, serve):
    one = pages(serve("--max-waiting", "1"))
    tabs = [one]
    for _ in range(2):
        tabs.append(one.context.new_page())
        tabs[-1].goto(f"{pages.server.base}/")
        tabs[-1].wait_for_selector("#examples button")
    for tab in tabs[:2]:
        ask(tab, ">slow\nUGAGGUAGUAGGUUGUAUAGUU", SLOW)
        tab.wait_for_selector("#work:not([hidden])")
    ask(tabs[2], "hsa-let-7a-5p", "LIN28B-like")
    tabs[2].wait_for_selector("#form-error:not(:empty)")
    assert re.search(r"2 questions .* --max-waiting 1", tabs[2].inner_text("#form-error"))
    assert tabs[2].is_enabled("#ask")


def test_page__works_by_the_keyboard_alone(pages):
    page = pages()

    def focused():
        return page.evaluate(
            "document.activeElement.id || document.activeElement.innerText || "
            "document.activeElement.dataset.for || document.activeElement.tagName"
        )

    def tab_to(name, limit=250):
        for _ in range(limit):
            page.keyboard.press("Tab")
            if focused().startswith(name):
                return
        pytest.fail(f"{name} cannot be reached; the focus is on {focused()}")

    page.keyboard.press("Tab")
    assert focused() == "Skip to the question"
    tab_to("A miRNA and its gene")
    page.keyboard.press("Enter")
    assert focused() == "ask"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("#work:not([hidden])")
    assert focused() == "work-heading"
    tab_to("cancel")
    page.wait_for_selector("#answer:not([hidden])")
    assert focused() == "answer-heading"
    for name in ("again", "Files and command"):
        tab_to(name)
    page.keyboard.press("Enter")
    tab_to("answer.json")
    tab_to("hsa-let-7a-5p on LIN28B-like")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "run=" in page.url
    page.keyboard.press("Home")
    page.locator("#mirnas").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("UGAGGUAGUXGGUUGUAUAGUU")
    for name in ("targets", "targets", "reference", "model", "against", "as_utrs", "ask"):
        tab_to(name)
    page.keyboard.press("Enter")
    page.wait_for_selector("#mirnas-error:not(:empty)")
    assert focused() == "mirnas"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_page__has_no_fault_that_axe_finds(pages, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    page = pages(color_scheme=scheme, viewport={"width": width, "height": 900})

    def check(state):
        found = Axe().run(page)
        assert found.violations_count == 0, f"{state}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    check("empty")
    ask(page, "UGAGGUAGUXGGUUGUAUAGUU", "LIN28C-like")
    page.wait_for_selector("#mirnas-error:not(:empty)")
    check("bad input")
    begin_slow(page, "slow")
    check("at work")
    page.click("#cancel")
    answer_of(page)
    check("cancelled")
    page.get_by_role("button", name="A miRNA and its gene").click()
    page.click("#ask")
    shows(page, "#answer-heading", "Answer")
    page.click("summary")
    answer_of(page)
    check("answer")


def test_page__says_when_the_server_is_gone(pages, serve):
    page = pages(serve())
    pages.server.stop()
    ask(page, "hsa-let-7a-5p", "LIN28B-like")
    page.wait_for_selector("#form-error:not(:empty)")
    assert "start dmiso serve again" in page.inner_text("#form-error")


def test_browser_without_the_token__sees_no_page(pages, chromium):
    pages()
    context = chromium.new_context()
    page = context.new_page()
    assert page.goto(pages.server.base).status == 403
    assert "?token=" in page.inner_text("body")
    context.close()


def test_other_page__of_this_machine_gets_nothing(pages, serve, chromium, tmp_path):
    """A page of another port is of the same site: reading, asking and framing are refused, and it gets no cookie."""
    import http.server
    import threading

    cookies = []
    (tmp_path / "evil.html").write_text("<!DOCTYPE html><title>x</title>")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *words):
            super().__init__(*words, directory=str(tmp_path))

        def do_GET(self):
            cookies.append(self.headers.get("cookie", ""))
            super().do_GET()

        def log_message(self, *words):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as evil:
        threading.Thread(target=evil.serve_forever, daemon=True).start()
        page = pages(serve())
        intruder = page.context.new_page()
        intruder.goto(f"http://127.0.0.1:{evil.server_port}/evil.html")
        base = pages.server.base
        asked = {"mirnas": "hsa-let-7a-5p", "targets": "LIN28B-like"}
        for how in (
            {},
            {"credentials": "include"},
            {"credentials": "include", "method": "POST", "body": json.dumps(asked)},
            {"credentials": "include", "mode": "no-cors", "method": "POST", "body": json.dumps(asked)},
        ):
            for path in ("/runs", "/jobs", "/"):
                got = intruder.evaluate(
                    "([url, how]) => fetch(url, how).then(a => a.text(), error => '')", [base + path, how]
                )
                assert got == ""
        intruder.evaluate(
            "url => { const f = document.createElement('iframe'); f.src = url; "
            "document.body.append(f); return new Promise(r => f.onload = r); }",
            base + "/",
        )
        assert not [frame for frame in intruder.frames if frame.query_selector("#form")]
        assert list(pages.server.folder.iterdir()) == []
        assert set(cookies) == {""}
        intruder.close()
        evil.shutdown()
