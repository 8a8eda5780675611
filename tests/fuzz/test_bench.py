"""The bench in small: every option that reads a file has a recipe, and some cases of each keep the four promises.

``python -m tests.fuzz.bench`` runs thousands; here one case per option is drawn with a fixed seed.
"""

import pytest

from .bench import Case, all_cases, make_ready, run_case
from .child import Outcome, Program
from .judge import broken_promises
from .mutations import MUTATIONS
from .recipes import RECIPES, WORDS, options_that_may_read

_CHEAP = {
    "name-odd",
    "half",
    "cell-nan",
    "nul",
    "footer-flipped",
    "deep",
    "weights-nan",
    "latin-1",
    "missing",
}


def _drawn():
    """One case per option, of mutations in turn; slow commands are left to the long bench."""
    found, n = {}, 0
    for case in all_cases(1):
        recipe = case.recipe
        if recipe.option not in found and not recipe.slow and case.mutation.name in _CHEAP:
            n += 1
            own = [c for c in all_cases(1) if c.recipe is recipe and c.mutation.name in _CHEAP]
            found[recipe.option] = own[n % len(own)]
    return list(found.values())


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    with Program(folder) as program:
        yield make_ready(folder, program), program, folder


def test_recipes__there_is_one_for_every_option_that_may_read_a_file():
    options = set(options_that_may_read())
    told = {recipe.option for recipe in RECIPES}
    assert sorted(options - told - WORDS) == [], "add a recipe, or name the option in WORDS"
    assert sorted((told | WORDS) - options) == [], "these options are gone"
    assert not told & WORDS


def test_cases__are_the_same_for_the_same_seed_and_differ_in_their_ids():
    ids = [case.id for case in all_cases(7)]
    assert ids == [case.id for case in all_cases(7)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("case", _drawn(), ids=lambda case: case.id)
def test_broken_input__ends_with_one_message_and_leaves_nothing(ready, case):
    good, program, folder = ready
    verdict = run_case(case, good, program, folder / f"case-{abs(hash(case.id))}")
    assert not verdict.broken, f"{verdict.outcome}\npython -m tests.fuzz.bench --case '{case.id}'"


def test_good_input__is_accepted(ready):
    good, program, folder = ready
    recipe = next(recipe for recipe in RECIPES if recipe.option == "predict --pairs")
    none = next(mutation for mutation in MUTATIONS if mutation.name == "none")
    assert run_case(Case(recipe, none, 0), good, program, folder / "none").outcome.code == 0


def _outcome(**changes):
    return Outcome(
        **{"code": 0, "stderr": "", "stdout": "", "seconds": 1.0, "peak": 0, "hung": False} | changes
    )


@pytest.mark.parametrize(
    ("outcome", "expected", "broken"),
    [
        (_outcome(), "", ()),
        (_outcome(code=1, stderr="dmiso: a.tsv, line 3: bad."), "", ()),
        (_outcome(code=-11), "", ("exit: -11", "message: none")),
        (_outcome(code=1, stderr="Traceback (most recent call last):\n…"), "", ("message: traceback",)),
        (_outcome(code=1, stderr="dmiso: something is wrong."), "", ("message: does not name the file",)),
        (_outcome(code=1, stderr="a.tsv\n" * 9), "", ("message: 9 lines, 53 nucleotides",)),
        (_outcome(peak=2 << 30), "", ("limits: 2048 MiB",)),
        (_outcome(code=-9, hung=True), "", ("limits: did not end",)),
        (_outcome(), "refused", ("refused: accepted in silence",)),
        (_outcome(code=1, stderr="dmiso: a.tsv: bad."), "accepted", ("accepted: refused",)),
    ],
)
def test_judge__names_the_promise_that_was_broken(tmp_path, outcome, expected, broken):
    assert broken_promises(outcome, expected, "a.tsv", tmp_path, command="predict") == broken


def test_judge__sees_what_was_left_after_an_error(tmp_path):
    (tmp_path / "result.tsv").touch()
    outcome = _outcome(code=2, stderr="dmiso: a.tsv does not exist.")
    assert broken_promises(outcome, "", "a.tsv", tmp_path, command="predict") == ("left: result.tsv",)
