"""One question answered: whether a miRNA or isomiR binds and represses a gene, where, and how sure that is.

``mirna_words`` and ``target_words`` find what is asked about, ``answering`` computes sites, repression and controls,
``sentences`` puts them in words, and ``run`` writes a folder. An answer depends on the miRNAs and transcripts asked
about alone.
"""

from dmiso.ask.answer import Answer, Judged, Verdict, VerdictAgainst
from dmiso.ask.answering import answer_question
from dmiso.ask.inputs import AskInputs
from dmiso.verbs import callable_room

__all__ = ["Answer", "AskInputs", "Judged", "Verdict", "VerdictAgainst", "answer_question"]

callable_room(__name__)
