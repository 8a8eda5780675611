"""Child interpreters that share work, and what becomes of a run that is told to stop."""

from dmiso.workers.crew import Crew
from dmiso.workers.stopping import Stopped, keeps, stops_on_signals
from dmiso.workers.worker_error import WorkerError

__all__ = ["Crew", "Stopped", "WorkerError", "keeps", "stops_on_signals"]
