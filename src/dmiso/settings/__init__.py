"""Settings of all commands: each with its type, default, range and sentence, declared once.

A frozen dataclass per command or step. A field whose annotation holds a :class:`~dmiso.settings.setting.Setting` is an
option of the command line, which :mod:`dmiso.cli.from_settings` makes from it; its range is checked wherever the
class is filled, so that a script is refused what the command line refuses. The modules import nothing that takes
time: a help page needs them.
"""
