"""Whole studies composed of the public functions of lower rooms: the paper's tables, done twice."""

from dmiso.studies.paper import study_paper
from dmiso.studies.settings import StudyInputs, StudySettings

__all__ = ["StudyInputs", "StudySettings", "study_paper"]
