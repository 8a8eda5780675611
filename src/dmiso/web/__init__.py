"""The local page: questions asked in a browser of this machine, answered by the program's own commands.

The order of things: ``guard`` lets nobody in but the user's own browser, ``questions`` checks what was typed and turns
it into a command line, ``jobs`` queues it, ``child`` runs it and hears how far it is, ``history`` keeps it in a folder,
``app`` has the addresses, ``server`` the port and the end.
"""
