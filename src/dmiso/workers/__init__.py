"""Child interpreters that share work, reports of how far it is, and what becomes of a run that is asked to stop."""

from dmiso.workers.crew import Crew
from dmiso.workers.reports import OnWork, Share, Work, heard, listening, tick, ticking
from dmiso.workers.stopping import Stopped, keeps, stops_on_signals
from dmiso.workers.worker_error import WorkerError

__all__ = [
    "Crew",
    "OnWork",
    "Share",
    "Stopped",
    "Work",
    "WorkerError",
    "heard",
    "keeps",
    "listening",
    "stops_on_signals",
    "tick",
    "ticking",
]
