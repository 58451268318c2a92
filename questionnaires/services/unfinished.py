"""Unfinished answers: kept for the person as they were typed, never read by a rule, gone once settled."""

from collections.abc import Collection, Sequence

from questionnaires.definition.answers import read_answer_text, read_answers
from questionnaires.definition.digest import sha256_of
from questionnaires.definition.problems import ProblemsFound
from questionnaires.models import QuestionnaireResponse, UnfinishedAnswer

LONGEST = 20_000  # characters; twice the longest answer, so that a paste that is too long is not lost


def keep_unfinished(
    response: QuestionnaireResponse, code: str, page: str, texts: Sequence[str], seen: str
) -> None:
    """Keep what was typed on a page in place of what was typed there before; where nothing was, forget it.

    What says the same as the saved answer is saved, so nothing is kept. `seen` is the fingerprint of the
    answer that the page showed.
    """
    texts = [text.replace("\x00", "") for text in texts]  # no database keeps this one
    if not any(text.strip() for text in texts) or _says(response, code, texts):
        settle_unfinished(response, code, page)
    elif sum(map(len, texts)) <= LONGEST and response.status == QuestionnaireResponse.Status.OPEN:
        UnfinishedAnswer.objects.update_or_create(
            response=response, code=code, page=page, defaults={"texts": texts, "seen": seen}
        )


def unsettled_of(response: QuestionnaireResponse) -> dict[str, tuple[UnfinishedAnswer, ...]]:
    """What was left unfinished, oldest first, by question; without what says the same as the saved answer."""
    definition = response.version.definition
    found: dict[str, tuple[UnfinishedAnswer, ...]] = {}
    for row in response.unfinished.all():
        if definition.asks(row.code) and not _says(response, row.code, row.texts):
            found[row.code] = (*found.get(row.code, ()), row)
    return found


def token_of(row: UnfinishedAnswer) -> str:
    """What a page carries that showed an unfinished answer: it settles this one, not what replaced it."""
    return f"{row.page}-{sha256_of(row.texts)[:16]}"


def settle_unfinished(
    response: QuestionnaireResponse, code: str, page: str, tokens: Collection[str] = ()
) -> None:
    """Forget what was typed on a page, once it is an answer, and what that page showed besides.

    Forget also what says the same as the saved answer: else it would come back as unsaved with the next one.
    """
    rows = response.unfinished.filter(code=code)
    done = [
        row.pk
        for row in rows
        if row.page == page or token_of(row) in tokens or _says(response, code, row.texts)
    ]
    if done:
        rows.filter(pk__in=done).delete()


def _says(response: QuestionnaireResponse, code: str, texts: Sequence[str]) -> bool:
    """Whether what was typed is the saved answer."""
    if code not in response.answers:
        return False
    definition = response.version.definition
    saved = read_answers(definition, {code: response.answers[code]})[code]
    try:
        return read_answer_text(definition.question(code), texts) == saved
    except ProblemsFound:
        return False
