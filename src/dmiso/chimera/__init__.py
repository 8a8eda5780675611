"""From chimeric reads to miRNA/isomiR–mRNA interactions: the paper's Fig. 1A, and what the field learnt since.

Trim and deal (:mod:`~dmiso.chimera.collapse`), locate both parts (:mod:`~dmiso.chimera.locate`), call, filter and
gather (:mod:`~dmiso.chimera.run`).
"""
