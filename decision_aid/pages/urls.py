"""The addresses of deciding: clinicians' by the ids of records, the patient's by their visit."""

from django.urls import path

from decision_aid.pages import acts, documents, findings, options, sheet, worklist

urlpatterns = [
    path("worklist/", worklist.worklist, name="worklist"),
    path("consultations/<uuid:consultation_id>/", sheet.sheet, name="sheet"),
    path("consultations/<uuid:consultation_id>/findings/", findings.findings, name="findings"),
    path("consultations/<uuid:consultation_id>/new-link/", acts.new_link, name="new_link"),
    path("consultations/<uuid:consultation_id>/documents/", documents.documents, name="documents"),
    path("alerts/<uuid:alert_id>/acknowledge/", acts.acknowledge, name="acknowledge"),
    path("assessments/<uuid:assessment_id>/override/", acts.override, name="override"),
    path("assessments/<uuid:assessment_id>/sign/", acts.sign, name="sign"),
    path("assessments/<uuid:assessment_id>/release/", acts.release, name="release"),
    path("documents/<uuid:summary_id>/", documents.document, name="document"),
    path("documents/<uuid:summary_id>/retry/", acts.retry_document, name="retry_document"),
    path("visit/options/", options.my_options, name="my_options"),
    path("visit/documents/", documents.my_documents, name="my_documents"),
    path("visit/documents/<uuid:summary_id>/", documents.my_document, name="my_document"),
]
