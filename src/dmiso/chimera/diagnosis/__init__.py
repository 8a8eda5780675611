"""Why a run found few interactions, from what it measured: each sentence has its number and the option that helps.

In the order of things: ``run`` (whether little was found, and all sentences) looks at the first reads of each sample
again (``look``), and asks what they say of the library (``library``), what the alignments say of the references
(``references``) and what the funnel says of the rules (``rules``). Good input has no diagnosis.
"""

from dmiso.chimera.diagnosis.run import diagnoses

__all__ = ["diagnoses"]
