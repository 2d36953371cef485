"""What can go wrong on the assistant floor. Every message names the thing, the value found and the remedy."""


class AssistantError(Exception):
    """Base of all errors of the assistant floor."""


class BadQuestion(AssistantError):
    """A question, scope or history that cannot be answered as given."""


class BadSetting(AssistantError):
    """A setting with a value that cannot be used."""


class BadBank(AssistantError):
    """A practice bank file that does not follow its format."""
