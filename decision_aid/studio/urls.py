"""The addresses of the studio."""

from django.urls import path

from decision_aid.studio import changes, checking, library, outline, preview, questions, rules

urlpatterns = [
    path("", outline.home, name="studio_home"),
    path("condition/", checking.check_condition, name="studio_check"),
    path("questionnaires/<int:questionnaire_id>/", outline.outline, name="studio_outline"),
    path("questionnaires/<int:questionnaire_id>/library/", library.library, name="studio_library"),
    path("questionnaires/<int:questionnaire_id>/preview/", preview.preview, name="studio_preview"),
    path("questionnaires/<int:questionnaire_id>/preview/screen/", preview.screen, name="studio_screen"),
    path(
        "questionnaires/<int:questionnaire_id>/changes/",
        changes.questionnaire_changes,
        name="studio_questionnaire_changes",
    ),
    path(
        "questionnaires/<int:questionnaire_id>/questions/new/",
        questions.new_question,
        name="studio_new_question",
    ),
    path(
        "questionnaires/<int:questionnaire_id>/sections/new/",
        questions.new_section,
        name="studio_new_section",
    ),
    path("questions/<int:question_id>/", questions.question, name="studio_question"),
    path("sections/<int:section_id>/", questions.section, name="studio_section"),
    path("aids/<int:aid_id>/", rules.rules, name="studio_rules"),
    path("aids/<int:aid_id>/changes/", changes.aid_changes, name="studio_aid_changes"),
    path("aids/<int:aid_id>/signs/new/", rules.new_sign, name="studio_new_sign"),
    path("treatments/<int:option_id>/rules/new/", rules.new_rule, name="studio_new_rule"),
    path("rules/<int:rule_id>/", rules.rule, name="studio_rule"),
    path("signs/<int:sign_id>/", rules.sign, name="studio_sign"),
]
