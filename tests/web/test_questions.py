"""From fields to a command line: what stands there is ours, and what was typed is in files or is a name."""

import pytest

from dmiso.models.registry import default_model_name
from dmiso.settings.serve import ServeSettings
from dmiso.web.questions import EXAMPLES, Form, FormError, choices, read_question

LET7 = "UGAGGUAGUAGGUUGUAUAGUU"
SHIFTED = "GUACAGUACUGUGAUAACUGAA"
MODEL = default_model_name()


def read(mirnas, targets, **more):
    fields = {"reference": "tiny-hsa", "model": MODEL, "against": False} | more
    return read_question(Form(mirnas=mirnas, targets=targets, **fields), ServeSettings())


def test_question__names_stay_words():
    question = read("hsa-let-7a-5p", "LIN28B-like")
    words = question.words("out")
    assert words[:3] == ["ask", "hsa-let-7a-5p", "LIN28B-like"]
    assert words[words.index("--reference") + 1] == "tiny-hsa"
    assert words[words.index("--model") + 1] == MODEL
    assert words[words.index("-o") + 1] == "out"
    assert question.inputs == {}
    assert question.title == "hsa-let-7a-5p on LIN28B-like"


def test_question__sequences_become_files_of_ours():
    question = read(f">mine\n{LET7}", "ACGU" * 10, as_utrs=True)
    assert question.words("out")[:4] == ["ask", "_mirnas.fa", "_targets.fa", "--as-utrs"]
    assert question.inputs == {
        "_mirnas.fa": f">mine\n{LET7}\n",
        "_targets.fa": f">sequence\n{'ACGU' * 10}\n",
    }
    assert question.title == "mine on ACGUACGUACGUACGUACGUACGUACGUACGUACGUACGU"


def test_question__a_gene_by_name_is_no_3utr_whatever_is_ticked():
    assert "--as-utrs" not in read("let-7a-5p", "LIN28B-like", as_utrs=True).words("out")


def test_question__a_bare_mirna_is_its_own_name():
    assert read(LET7.lower(), "LIN28B-like").words("out")[1] == LET7.lower()


def test_question__several_names_become_sequences():
    question = read(f"let-7a-5p, miR-21-5p, {LET7}", "LIN28B-like")
    headers = question.inputs["_mirnas.fa"].splitlines()[0::2]
    assert headers == [">hsa-let-7a-5p", ">hsa-miR-21-5p", ">sequence_3"]
    assert question.title == "hsa-let-7a-5p and 2 more on LIN28B-like"


@pytest.mark.parametrize("mirnas", ["hsa-let-7a-5p", LET7, LET7.replace("U", "T"), f">x\n{LET7}"])
def test_comparison__a_canonical_mirna_is_compared_with_nothing(mirnas):
    assert "--against" not in read(mirnas, "LIN28B-like", against=True).words("out")


@pytest.mark.parametrize("mirnas", [SHIFTED, f">x\n{SHIFTED}"])
def test_comparison__an_isomir_is_compared_with_its_canonical_mirna(mirnas):
    words = read(mirnas, "LIN28B-like", against=True).words("out")
    assert words[words.index("--against") + 1] == "canonical"


def test_comparison__a_mixture_is_refused():
    with pytest.raises(FormError) as caught:
        read(f"hsa-let-7a-5p {SHIFTED}", "LIN28B-like", against=True)
    assert "hsa-let-7a-5p is a canonical miRNA" in caught.value.problems["mirnas"]


def test_question__all_wrong_fields_are_said_at_once():
    with pytest.raises(FormError) as caught:
        read("nothing-7", "NOGENE", model="x", reference="y")
    assert set(caught.value.problems) == {"model", "reference"}
    with pytest.raises(FormError) as caught:
        read("nothing-7", "NOGENE")
    assert set(caught.value.problems) == {"mirnas", "targets"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_examples__can_be_asked(example):
    assert read(example.mirnas, example.targets, against=example.against).inputs == {}


def test_choices__begin_with_the_default():
    found = choices()
    assert found["models"][0] == {"name": MODEL, "label": f"{MODEL} (default)"}
    assert set(found["references"][0]) == {"name", "label"}
