"""What was released, assessed or reviewed never changes: the database refuses."""

from django.db import migrations

from questionnaires.models.freezing import FreezeRows


class Migration(migrations.Migration):
    dependencies = [("decision_aid", "0002_initial"), ("questionnaires", "0002_freeze")]

    operations = [
        FreezeRows("decision_aid_decisionaidversion", "released"),
        FreezeRows("decision_aid_assessment", "assessed"),
        FreezeRows("decision_aid_review", "reviewed"),
        FreezeRows("decision_aid_alert", "acknowledged", "OLD.acknowledged_at IS NOT NULL"),
    ]
