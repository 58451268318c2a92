"""The records of asking."""

from questionnaires.models.audit import AuditChain, AuditEvent
from questionnaires.models.authoring import AnswerOption, Question, Questionnaire, Section
from questionnaires.models.people import Clinic, Membership, Patient, Role, User
from questionnaires.models.responses import Invitation, QuestionnaireResponse
from questionnaires.models.versions import QuestionnaireVersion

__all__ = [
    "AnswerOption",
    "AuditChain",
    "AuditEvent",
    "Clinic",
    "Invitation",
    "Membership",
    "Patient",
    "Question",
    "Questionnaire",
    "QuestionnaireResponse",
    "QuestionnaireVersion",
    "Role",
    "Section",
    "User",
]
