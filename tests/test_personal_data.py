"""Questions about what an account holds, asked of personal data."""

import pytest

from assistant.questions.personal_data import as_personal_data


@pytest.mark.parametrize(
    ("question", "general"),
    [
        ("how long do you keep my account info?", "how long do you keep my personal data?"),
        ("Do you sell user data?", "Do you sell personal data?"),
        ("what are my account details used for", "what are my personal data used for"),
        ("is all my account data gone when I close it", "is all my personal data gone when I close it"),
        ("my son's account info, who sees it", "my son's personal data, who sees it"),
        ("can i see my kids’ profile information?", "can i see my kids’ personal data?"),
        ("what happens to users' data when you go bust", "what happens to personal data when you go bust"),
        ("account details", "personal data"),
        ("do you share PII?", "do you share personal data?"),
        (
            "Do third parties get customer information or sign-up details?",
            "Do third parties get personal data or personal data?",
        ),
    ],
)
def test_an_accounts_data_are_personal_data(question, general):
    assert as_personal_data(question) == general


@pytest.mark.parametrize(
    "question",
    [
        "how long do you keep my data?",
        "where do I find my bank account details",
        "do you take my Google account data",
        "do you give my email account info away",
        "do you sell anonymised user data",
        "who is my account manager",
        "can I change my account details page?",
        "can I delete my account?",
        "what is on my profile page?",
    ],
)
def test_what_is_of_one_kind_stays_as_it_is(question):
    assert as_personal_data(question) is None
