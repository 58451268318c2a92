"""Who may do what about deciding: more rows of the one table."""

from questionnaires.models import Role
from questionnaires.services.permissions import permission

PLAN = permission("Plan a consultation", Role.SURGEON, Role.COORDINATOR, Role.ADMINISTRATOR)
INVITE_PATIENTS = permission("Invite patients, and print their letters", Role.SURGEON, Role.COORDINATOR)
ENTER_FINDINGS = permission("Enter findings", Role.SURGEON)
CLOSE_ALERTS = permission("Close warning signs", Role.SURGEON)
REVIEW = permission("Override, sign, release and add to an assessment", Role.SURGEON)
ASK_WHAT_IF = permission("Ask what if", Role.SURGEON)
REPEAT_DOCUMENTS = permission("Let a failed document be made again", Role.SURGEON, Role.COORDINATOR)
MAKE_CASES = permission("Make somebody's answers a golden case", Role.AUTHOR, Role.SURGEON)
IMPORT_AIDS = permission("Read a folder of text files into a draft", Role.AUTHOR)
PASS_GATE = permission(
    "Check a draft, publish what was approved, set its time or withdraw it", Role.AUTHOR, Role.APPROVER
)
RETURN = permission("Return to an earlier release", Role.APPROVER)
