"""The records of asking."""

from questionnaires.models.audit import AuditChain, AuditEvent
from questionnaires.models.authoring import AnswerOption, Question, Questionnaire, Section
from questionnaires.models.edits import DraftEdit, QuestionnaireEdit
from questionnaires.models.outbox import Message, OutboxEvent, Webhook
from questionnaires.models.people import Clinic, Membership, Patient, Role, User
from questionnaires.models.reading_back import KnownDevice, OneTimeCode
from questionnaires.models.responses import (
    Invitation,
    LeftOutQuestion,
    QuestionnaireResponse,
    UnfinishedAnswer,
)
from questionnaires.models.staff_invitations import StaffInvitation
from questionnaires.models.tokens import ONLY_BY_PEOPLE, SCOPE_ROLES, ApiToken, KeptAnswer, Scope, is_system
from questionnaires.models.translations import QuestionnaireText, QuestionnaireVersionTexts
from questionnaires.models.versions import QuestionnaireVersion

__all__ = [
    "ONLY_BY_PEOPLE",
    "SCOPE_ROLES",
    "AnswerOption",
    "ApiToken",
    "AuditChain",
    "AuditEvent",
    "Clinic",
    "DraftEdit",
    "Invitation",
    "KeptAnswer",
    "KnownDevice",
    "LeftOutQuestion",
    "Membership",
    "Message",
    "OneTimeCode",
    "OutboxEvent",
    "Patient",
    "Question",
    "Questionnaire",
    "QuestionnaireEdit",
    "QuestionnaireResponse",
    "QuestionnaireText",
    "QuestionnaireVersion",
    "QuestionnaireVersionTexts",
    "Role",
    "Scope",
    "Section",
    "StaffInvitation",
    "UnfinishedAnswer",
    "User",
    "Webhook",
    "is_system",
]
