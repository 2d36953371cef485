"""A question in another language is told so; an English one never is, however it is typed."""

from __future__ import annotations

import pytest

from assistant.errors import NotEnglish
from assistant.questions.language import foreign
from benchmarks.golden import load
from benchmarks.training import cases

FOREIGN = {
    "Wird meine Kartennummer weitergegeben?": "de",
    "Wie lange werden meine Daten gespeichert?": "de",
    "werden cookies gesetzt?": "de",
    "kann ich mein konto löschen": "de",
    "mes données sont-elles vendues ?": "fr",
    "est-ce que vous vendez mes données": "fr",
    "¿se comparte mi número de tarjeta?": "es",
    "vendete i miei dati?": "it",
    "worden mijn gegevens verkocht?": "nl",
}


@pytest.mark.parametrize(("question", "code"), FOREIGN.items())
def test_a_question_in_another_language_is_not_answered_with_silence(assistant, question, code):
    with pytest.raises(NotEnglish) as told:
        assistant.ask(question, "rackspace")
    assert told.value.code == code
    for refusing in (lambda: assistant.ask_each(question, ["rackspace"]), lambda: assistant.search(question)):
        with pytest.raises(NotEnglish):
            refusing()


def test_no_english_question_is_taken_for_foreign(assistant):
    asked = [golden.question for name in ("golden", "golden_tune", "golden_report") for golden in load(name)]
    asked += [golden.question for name in cases.split().report for golden in cases.questions(name)]
    asked += ["wich cokies r setted", "do u sell data", "GDPR?", "asdf qwer zxcv lol", "lsdkjf owei slkdjf", "???", ""]
    assert [question for question in asked if question.strip() and foreign(question, assistant._words)] == []


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("你们卖我的数据吗？", "zh"),
        ("個人データを販売しますか？", "ja"),
        ("데이터를 판매합니까?", "ko"),
        ("Πουλάτε δεδομένα;", "el"),
        ("GDPR 你们卖我的数据吗", "zh"),
    ],
)
def test_another_script_is_another_language_however_few_its_words(question, code):
    assert foreign(question, {"gdpr"}) == code


@pytest.mark.parametrize(
    "question", ["Ω?", "do you sell 数据", "ＧＤＰＲ ｄａｔａ", "Müller", "😀😀😀", "è?", "™ ® ªº"]
)
def test_a_letter_or_a_word_of_another_script_is_none(question):
    assert foreign(question, {"do", "you", "sell"}) is None


@pytest.mark.parametrize("question", ["¿Venden mis datos?", "¿gdpr?", "hola, ¿datos?", "¡Borren data!"])
def test_a_sentence_that_begins_as_those_of_spanish_do_is_spanish_however_few_its_words(question):
    assert foreign(question, {"datos", "mis", "data", "gdpr", "hola"}) == "es"


def test_a_lone_mark_of_spanish_makes_no_language():
    assert foreign("what is this ¿ sign", {"what", "is", "this", "sign"}) is None
