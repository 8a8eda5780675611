"""Whole studies composed of the public functions of lower packages: the paper's tables, done twice."""

from dmiso.settings.study import StudySettings
from dmiso.studies.paper import study_paper
from dmiso.studies.settings import StudyInputs

__all__ = ["StudyInputs", "StudySettings", "study_paper"]
