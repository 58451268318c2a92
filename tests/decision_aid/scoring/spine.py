"""The spine aid that comes with the code, read once."""

from functools import cache

from decision_aid.packs import read_pack, release_document
from decision_aid.scoring import RuleSet, read_ruleset
from questionnaires.definition.facts import read_facts
from tests.decision_aid.scoring.rulesets import Document, report_of


@cache
def spine_ruleset() -> RuleSet:
    return read_ruleset(release_document(read_pack("spine")))


def spine_report(facts: Document) -> Document:
    """The spine aid's report of a person with these JSON facts."""
    return report_of(spine_ruleset(), read_facts(facts, spine_ruleset().types))
