"""What was published, submitted or recorded never changes: the database refuses."""

from django.db import migrations

from questionnaires.models.freezing import FreezeRows


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0001_initial")]

    operations = [
        FreezeRows("questionnaires_questionnaireversion", "published"),
        FreezeRows("questionnaires_questionnaireresponse", "submitted", "OLD.status = 'submitted'"),
        FreezeRows("questionnaires_auditevent", "recorded"),
    ]
