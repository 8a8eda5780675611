"""A small world with planted bias: sites are rich in GC and lie in coding sequences, 3'UTRs are rich in AU."""

import numpy as np
import polars as pl
import pytest

MIRNAS = {
    "mir-a": "UGAGGUAGUAGGUUGUAUAGUU",
    "mir-b": "UAGCUUAUCAGACUGAUGUUGA",
    "mir-c": "UUAAUGCUAAUCGUGAUAGGGGU",
    "mir-d": "AACCCGUAGAUCCGAUCUUGUG",
    "mir-e": "CAUUGCACUUGUCUCGGUCUGA",
    "mir-f": "UGGAAUGUAAAGAAGUAUGUAU",
    "mir-g": "ACUGCAUUAUGAGCACUUAAAG",
    "mir-h": "UCCCUGAGACCCUAACUUGUGA",
}
N_TRANSCRIPTS, CDS = 40, (40, 400)


def bases(rng, n, gc):
    return "".join(rng.choice(list("GCAU"), n, p=[gc / 2, gc / 2, (1 - gc) / 2, (1 - gc) / 2]))


def transcripts(rng):
    return {
        f"t{i}": bases(rng, CDS[0], 0.5) + bases(rng, CDS[1] - CDS[0], 0.7) + bases(rng, 420, 0.42)
        for i in range(N_TRANSCRIPTS)
    }


def interactions(rng, mrnas, n, *, ranks=False):
    """Return fragments of 35 nt of coding sequences, each with a miRNA or an isomiR of it, in turn."""
    rows = []
    for i in range(n):
        name = list(MIRNAS)[i % len(MIRNAS)]
        transcript = list(mrnas)[int(rng.integers(len(mrnas)))]
        start = int(rng.integers(*CDS) * 0.8) + CDS[0]
        site = mrnas[transcript][start : start + 35]
        five, three = [(0, 0), (1, 0), (0, -2)][i % 3]
        mirna = MIRNAS[name][five : len(MIRNAS[name]) + three]
        row = {"mirna_id": name, "mirna_sequence": mirna, "target_sequence": site}
        row |= {"iso5_offset": five, "iso3_offset": three, "read_count": 1 + i % 4}
        row |= {"gene_name": transcript.upper()}
        rows.append(row | ({"read_id": f"r{i // 2}", "candidate_rank": 1 + i % 2} if ranks else {}))
    return pl.DataFrame(rows)


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """Files of a study by the names of StudyInputs, and ``ranked`` interactions with candidate ranks.

    MirGeneDB has two of the miRNAs, under names of its own.
    """
    rng = np.random.default_rng(11)
    folder = tmp_path_factory.mktemp("world")
    mrnas = transcripts(rng)
    files = {name: folder / f"{name}.tsv" for name in ("interactions", "second", "recall", "ranked", "cds")}
    files |= {"transcripts": folder / "mrna.fa", "mature": folder / "mature.fa"}
    files |= {"mirgenedb": folder / "mirgenedb.fa", "gene_sets": folder / "sets.gmt"}
    files["mirgenedb"].write_text("".join(f">Mir-{n}_5p\n{MIRNAS[f'mir-{n}']}\n" for n in "ab"))
    files["gene_sets"].write_text(
        "".join(
            f"set{k}\tof five genes\t" + "\t".join(f"T{5 * k + i}" for i in range(5)) + "\n" for k in range(8)
        )
    )
    files["transcripts"].write_text("".join(f">{n}\n{s}\n" for n, s in mrnas.items()))
    files["mature"].write_text("".join(f">{n}\n{s}\n" for n, s in MIRNAS.items()))
    pl.DataFrame({"transcript_id": list(mrnas), "cds_start": CDS[0], "cds_end": CDS[1]}).write_csv(
        files["cds"], separator="\t"
    )
    outside = pl.DataFrame(
        {"mirna_id": ["mir-a"] * 9, "mirna_sequence": [MIRNAS["mir-a"]] * 9}
        | {"target_sequence": [bases(rng, 50, 0.5) for _ in range(9)]}
    )
    tables = {
        "interactions": interactions(rng, mrnas, 240),
        "second": interactions(rng, {n: mrnas[n] for n in list(mrnas)[:15]}, 120),
        "recall": outside,
        "ranked": interactions(rng, mrnas, 240, ranks=True),
    }
    for name, table in tables.items():
        table.write_csv(files[name], separator="\t")
    return files
