"""Child interpreters that share work, reports of how far it is, and what becomes of a run that is told to stop."""

from dmiso.workers.crew import Crew
from dmiso.workers.reports import OnWork, Share, Work, listening
from dmiso.workers.stopping import Stopped, keeps, stops_on_signals
from dmiso.workers.worker_error import WorkerError

__all__ = [
    "Crew",
    "OnWork",
    "Share",
    "Stopped",
    "Work",
    "WorkerError",
    "keeps",
    "listening",
    "stops_on_signals",
]
