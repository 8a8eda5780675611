"""The site builds without a warning, asks nothing of other machines, and its pages can be used by everybody."""

import os
import re
import subprocess
import sys

import pytest
from tests.documentation.pages import ROOT
from tests.web.conftest import chromium  # noqa: F401 - a fixture

from dmiso.cli.main import COMMANDS
from dmiso.models.registry import BUNDLED
from dmiso.verbs import VERBS

LOOKED_AT = (
    "index",
    "questions",
    "concepts/seed",
    "commands/isomirs",
    "columns",
    "api",
    "notebooks/own_benchmark",
    "models",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return folder


def html_of(page):
    return page.read_text(encoding="utf-8")


def test_site__has_a_page_for_each_command_model_and_verb(site):
    for name in COMMANDS:
        assert "<h1" in html_of(site / "commands" / f"{name}.html")
    for folder in BUNDLED.iterdir():
        if (folder / "card.md").exists():
            assert (site / "models" / f"{folder.name}.html").exists()
    api = html_of(site / "api.html")
    for name, module in VERBS.items():
        assert f'id="{module}.{name}"' in api


def test_site__shows_every_option_of_a_command(site):
    from dmiso.cli.scan import command

    text = html_of(site / "commands" / "scan.html")
    for option in command.commands["run"].params:
        for spelling in option.opts:
            if spelling.startswith("--"):
                assert spelling in text


def test_site__loads_nothing_from_elsewhere(site):
    for page in site.rglob("*.html"):
        for tag in re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*>", html_of(page)):
            source = re.search(r'(?:src|href)="?(https?:)?//', tag)
            assert source is None or 'rel="canonical"' in tag or "rel=canonical" in tag, f"{page.name}: {tag}"


def test_site__leaves_no_roles_or_marks_of_its_sources(site):
    for page in site.rglob("*.html"):
        text = html_of(page)
        assert not re.search(r":(?:func|class|mod|data|attr|meth):", text), page.name
        assert "```" not in text, page.name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", LOOKED_AT)
def test_site__is_accessible_and_fits_a_telephone(site, chromium, page, scheme):  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(viewport={"width": 400, "height": 900}, color_scheme=scheme)
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    opened = context.new_page()
    opened.goto((site / f"{page}.html").as_uri())
    opened.wait_for_load_state()
    assert opened.evaluate("document.documentElement.scrollWidth") <= 400
    found = [
        f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"
        for violation in Axe().run(opened).response["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]
    context.close()
    assert not found
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked), asked
