"""Cut reads are the inserts that went in."""

import sys

import pytest

from dmiso.errors import MissingExtraError, UsageError
from dmiso.settings.kits import KITS
from dmiso.settings.trimming import ReadSettings
from dmiso.trimming import CutPlan, Found, detect_reads, make_cutter, plan_for
from dmiso.trimming.cut import TOO_LONG, TOO_MANY_N, TOO_SHORT, WITHOUT_UMI

from .made_reads import made_mirnas, made_reads

MIRNAS = made_mirnas()
LET7 = "TGAGGTAGTAGGTTGTATAGTT"


@pytest.mark.parametrize(
    "name", ["illumina-truseq-smallrna", "nextflex", "qiaseq", "nebnext", "chimeric-eclip"]
)
def test_cut__gives_the_inserts_of_every_kit_without_being_told(name):
    kit = KITS[name]
    reads = made_reads(MIRNAS, kit)
    cut = make_cutter(plan_for(detect_reads(reads, mirnas=MIRNAS), ReadSettings()))
    done = [cut(read, "") for read in reads]
    exact = set(MIRNAS) & {one.insert for one in done}
    assert len(exact) > 30
    assert all(one.has_adapter for one in done)
    assert {len(one.umi) for one in done if not one.dropped} <= {0, kit.umi_behind, kit.umi5}


def test_cut__takes_umis_where_a_kit_is_named():
    cut = make_cutter(plan_for(Found(0, 0), ReadSettings(kit="qiaseq")))
    read = LET7 + KITS["qiaseq"].adapter + "ACGTACGTACGA" + "AGATCGG"
    assert cut(read, "") == (LET7.replace("T", "U"), "ACGTACGTACGA", True, "")
    assert cut(read[:48], "").dropped == WITHOUT_UMI
    both = make_cutter(CutPlan(adapter="TGGAATTC", umi5=3, cut5=2, cut3=1, umi3=2, min_length=10))
    assert both("AAACC" + LET7 + "GTT" + "TGGAATTC", "") == (LET7.replace("T", "U"), "AAATT", True, "")


def test_cut__says_why_an_insert_is_left_out():
    cut = make_cutter(CutPlan(min_length=15, max_length=20))
    assert cut("ACGT", "").dropped == TOO_SHORT
    assert cut("A" * 21, "").dropped == TOO_LONG
    assert cut("A" * 10 + "N" + "A" * 6, "").dropped == TOO_MANY_N
    assert cut("A" * 16, "").dropped == ""


def test_cut__cuts_low_quality_before_the_adapter_is_looked_for():
    cut = make_cutter(CutPlan(quality_cutoff=20, min_length=5))
    assert cut("ACGTACGTAC", "IIIIIIII##").insert == "ACGUACGU"


def test_cut__without_cutadapt_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cutadapt", None)
    monkeypatch.setattr("dmiso.extras.is_installed", lambda module: module != "cutadapt")
    with pytest.raises(MissingExtraError, match=r"trimming reads.*pip install 'dmiso\[reads\]'"):
        make_cutter(CutPlan(adapter="ACGTACGT"))
    assert make_cutter(CutPlan())(LET7, "").insert == LET7.replace("T", "U")


def test_plan__prefers_what_the_user_says_to_the_kit_and_that_to_what_was_found():
    found = detect_reads(made_reads(MIRNAS, KITS["nextflex"]), mirnas=MIRNAS)
    assert plan_for(found, ReadSettings())[:6] == ("TGGAATTCTCGGGTGCCAAGG", 0, 4, 4, 0, 0)
    assert plan_for(found, ReadSettings(umi5=4, umi3=4))[:5] == ("TGGAATTCTCGGGTGCCAAGG", 4, 0, 0, 4)
    assert plan_for(found, ReadSettings(kit="nebnext"))[:3] == ("AGATCGGAAGAGCACACGTCT", 0, 0)
    assert plan_for(found, ReadSettings(kit="nebnext", cut5=2, adapter="acgu"))[:3] == ("ACGT", 0, 2)
    assert plan_for(found, ReadSettings(trim=False)).sentence() == "nothing is cut"


def test_plan__names_no_kit_where_no_known_mirna_shows_what_stands_beside_inserts():
    reads = made_reads(MIRNAS, KITS["nextflex"])
    plan = plan_for(detect_reads(reads, mirnas=made_mirnas(seed=77)), ReadSettings())
    assert (plan.kit, plan.adapter, plan.cut5) == ("", "TGGAATTCTCGGGTGCCAAGG", 0)
    assert plan_for(detect_reads(made_reads(MIRNAS, KITS["qiaseq"])), ReadSettings()).kit == "qiaseq"


def test_plan__takes_random_bases_for_no_umi_unless_told():
    found = detect_reads(made_reads(MIRNAS, KITS["chimeric-eclip"]), mirnas=MIRNAS)
    assert plan_for(found, ReadSettings()).umi5 == 10
    assert plan_for(found, ReadSettings(kit="nebnext")).umi5 == 0


def test_settings__refuse_what_has_no_effect():
    with pytest.raises(UsageError, match="--kit has no effect with --no-trim"):
        ReadSettings(kit="qiaseq", trim=False)
    with pytest.raises(UsageError, match=r"'qiasek' is no kit.*qiaseq"):
        ReadSettings(kit="qiasek")
    with pytest.raises(UsageError, match="--min-length 30 is more than --max-length 20"):
        ReadSettings(min_length=30, max_length=20)
    with pytest.raises(UsageError, match="'X' at position 3"):
        ReadSettings(adapter="ACXA")
