"""The package's public verbs: what is given as files, names, lists, dicts or frames becomes tables.

``dmiso.predict``, ``dmiso.scan``, ``dmiso.isomirs``, ``dmiso.compare``, ``dmiso.chimeras``, ``dmiso.dataset``,
``dmiso.evaluate``, ``dmiso.audit``, ``dmiso.explain`` and ``dmiso.train`` are those of this room; they do what the
commands of the same names do, through the same functions.
"""
