"""Set phrases of conversation: what leads to a question and ends it, what asks the same again, what asks nothing."""

from __future__ import annotations

import re
import unicodedata

_THAT = "(?:that|this|it)"
_ASKS = "(?:asks?|asked|wants to know|wonders)"
_DOES = "(?:do|does|did|can|could|will|would|are|is|have|has)"


def _any(*alternatives: str) -> str:
    return f"(?:{'|'.join(alternatives)})"


# A smiley of letters and marks, where it stands by itself: ":(", ";-)", "<3".
_SMILEY = re.compile(r"(?:(?<=\s)|^)(?:[:;=][-'^o]?[()\[\]DPp/\\|*]+|[xX]D+|<3+|\^_*\^)(?=[\s?!.,]|$)")
_SIGNS = frozenset("©®°℗℠™№℮")  # symbols that belong to what is said


def unadorned(text: str) -> str:
    """A text without emoji and smileys, its white space single."""
    plain = _SMILEY.sub(" ", "".join(" " if _is_emoji(letter) else letter for letter in text))
    return " ".join(text.split()) if plain == text else re.sub(r" +(?=[?!.,;:])", "", " ".join(plain.split()))


def _is_emoji(letter: str) -> bool:
    if letter.isascii() or letter in _SIGNS:
        return False
    return letter in "\ufe0f\u20e3" or unicodedata.category(letter) == "So" or "\U0001f3fb" <= letter <= "\U0001f3ff"


def _whole(*alternatives: str) -> re.Pattern[str]:
    return re.compile(f"^{_any(*alternatives)}$", re.IGNORECASE)


# What says that a message goes on with the question before it.
_GOES_ON_WITH = _any(
    "and", "n", "&", r"\+", "or", "also", "but", "plus", "including",
    "what about", "whats? (?:abt|bout)", "how about", "hows? about", "what of",
    "(?:is (?:it|that) )?(?:the )?same (?:questions?|thing|goes|again|story|rules?)?\\s*(?:for|with|with regard to|about|in|at|when|if)?",
    "does it (?:also |even )?include",
    "(?:does|do|would|will|did) (?:the same|that|this) (?:also |even |then )?"
    "(?:apply|go|hold|count|extend|work|include|cover|concern)(?: (?:true|good|also))?(?: (?:to|for|with|in|at|as well for))?",
    "is (?:the same|that|this) (?:also |even )?(?:true|the case|valid|so)(?: also)? (?:for|of|with)",
    r"(?:no|sorry|oh)[\s,]+i (?:meant|mean)", "i (?:meant|mean)", "i was asking about", r"not (?:my|the) [\w ]{1,20}[,;]\s*(?:but )?",
)  # fmt: skip
# What stands before a question and adds nothing to it.
_BEFORE = _any(
    "ok(?:ay|e?y)?", "k", "so", "then", "well", "alright", "all right", "sure", "yes", "yeah", "yep", "nope", "hm+", "um+",
    "oh", "ah", "aha", "wow", "i see", "got it", "understood", "thanks?(?: you)?(?: very much| so much| a lot)?", "thx", "ty",
    "cheers", "come on", "omg", "sorry", "please", "pls", "plz", "hi", "hello", "hey",
    "lol", "haha", "if (?:so|yes|yeah)", "as i was saying", "actually",
    # These may as well belong to what follows ("no one", "right to object").
    "(?:wait|hold on|look|listen|cool|right|great|good|nice|fine|perfect|super|interesting|no|again|now|that['’]?s (?:good|great|nice|bad|clear|interesting))"
    r"(?=\s*[,.!;:–—-]|\s+(?:and|but|so|then|what|how|why|thanks?|thx|ok)\b)",
    # "If not encrypted?" is a condition.
    rf"if not(?=\W*$|\s*[,.!:;–—-]|\s+(?:and|but|so|then|how|wh(?:y|at|en|ere|ich|om?|ose)|{_DOES})\b)",
    f"(?:he|she|they|(?:the )?(?:customer|caller|client|user)) (?:also )?{_ASKS}(?: me| us)?(?: if| whether)?",
    "(?:one|another|next|last|and one) (?:more )?(?:thing|question)", "(?:quick )?follow[- ]?up", "just to be (?:sure|clear)",
    r"(?:sorry[\s,]+)?(?:back|coming back|going back) to [^:,?]{2,40}[:,]",
)  # fmt: skip
IF_NOT = re.compile(r"\bif not\b", re.IGNORECASE)
LEAD = re.compile(rf"^(?:(?P<led>{_GOES_ON_WITH})|{_BEFORE})(?![\w'’])[\s,.:;!–—-]*", re.IGNORECASE)
_AFTER = _any(
    "too", "also", "as well", "aswell", "then", "though", "tho", "again", "please", "pls", "plz", "exactly", "precisely",
    "specifically", "instead", "either", "btw", "thanks?", "thx", "mate", "maybe", "perhaps", "anyway", "on earth", "the hell",
    "the heck", "lol", "haha", "omg", "actually", "i (?:mean|meant)", "or what",
    "if i may ask", "may i ask", "if you don['’]?t mind(?: me asking)?", "if possible", "by any chance", "i wonder", "out of interest",
)  # fmt: skip
END = re.compile(rf"(?:[\s,]+{_AFTER}|,\s*(?:he|she|they) {_ASKS})$", re.IGNORECASE)
FILLER = re.compile(r"\s+(?:on earth|the hell|the heck|the fuck|in the world)(?=\s|$)", re.IGNORECASE)
BASED_ON = re.compile(r"^(?:based|depending) on (?:what|which \w+|whose \w+)$", re.IGNORECASE)
WHAT_WE_DO = re.compile(
    r"^(?:what|where|who|how(?: \w+)?) (?:i|we) (?!can\b|do\b|could\b)\w+(?: \w+){0,4}$", re.IGNORECASE
)
THOSE_THAT = re.compile(
    r"^(?:even |only )?(?:those|the ones?|ones) (?P<which>(?:(?:that|which) )?(?:i|we|you|they|my|our)\b.+|(?:from|in|about|on|of) .+)$",
    re.IGNORECASE,
)
AS_WELL = re.compile(r"\b(?:too|also|as well|aswell)\b", re.IGNORECASE)
# A message of these words alone asks nothing.
SMALL_TALK = frozenset(
    "thanks thank thankyou thx thnx tnx ty tysm tyvm cheers ta you u so very much a lot ok okay okey okie dokey k "
    "kk cool great nice good perfect super fine alright right brilliant awesome lovely wonderful excellent amazing "
    "interesting helpful useful clear noted understood got it i see makes sense that that's thats this was is all "
    "everything for now no nope nah yes yep yeah yup sure hm hmm hmmm um oh ah aha haha hahaha lol rofl wow hi "
    "hello hey hiya bye goodbye later ya cya mate then well enough fair to know problem never mind nevermind sorry "
    "please pls wait one moment have day evening morning night done again and but really appreciated appreciate man "
    "dude answer answers your the help bot weird ugh meh boo yay anyway absolutely exactly indeed too bad creepy "
    "scary wrong".split()
)
DROPPED = re.compile(
    r"^(?:(?:oh|ah|ok|sorry|just)[\s,]+)*(?:forget|leave|drop|skip|never mind|nvm)"
    rf"(?: (?:{_THAT}|about {_THAT}))?(?:$|[,.!])",
    re.IGNORECASE,
)
AGAIN = _whole(
    "(?:are )?(?:you|u) (?:(?:quite|really|very|absolutely|completely|100%|totally|so) )?(?:sure|certain|serious|positive)"
    f"(?: (?:about|of) {_THAT})?",
    "(?:u |you )?sure", "says who", "really (?:not|never)", "really", "seriously", "honestly", "truly", "for real", "you sure", "say again", "come again", "pardon(?: me)?", "huh", "eh",
    f"(?:is|['’]s) {_THAT} (?:really )?(?:so|right|true|correct|certain|the case|a fact|for real|definite|for sure|final)",
    f"(?:so )?(?:is )?{_THAT}(?:['’]s| is)? (?:an? )?(?:yes|no)(?: or (?:an? )?(?:yes|no))?",
    "(?:so )?(?:just )?(?:yes or no|yes or not)", "so (?:yes|no)",
    f"say {_THAT} again",
    "(?:can|could|would|will) (?:you|u) (?:please |kindly |just )?"
    "(?:explain|repeat|clarify|rephrase|elaborate|say|confirm|expand|simplify|summari[sz]e)"
    f"(?: on)?(?: {_THAT})?(?: again| further| more simply| in (?:more detail|plain \\w+|simple \\w+|other words|english|short|simpler \\w+))?"
    "(?: (?:to|for) me)?",
    f"(?:please )?(?:explain|repeat|clarify|rephrase|elaborate)(?: {_THAT})?(?: again| further)?",
    f"what (?:do|does|did) (?:{_THAT}|you) (?:even |actually |really )?(?:mean|say)(?: (?:by|with) {_THAT})?", "meaning",
    f"(?:please )?(?:tell|show|give) me (?:more|details)(?: (?:about|on) {_THAT})?", "(?:any )?more (?:details?|info|information)", "details",
    f"(?:sorry )?i (?:don['’]?t|do not|didn['’]?t) (?:quite |really )?(?:understand|get|follow)(?: {_THAT})?",
    "(?:in )?(?:plain|simple) (?:english|words)",
    f"(?:(?:so|but|and),? )?(?:you|they|u|it)(?: (?:really |never )?(?:{_DOES}(?:n['’]?t| not)?|ca(?:n['’]?t|nnot)|wo(?:n['’]?t|nt))|['’]re not|['’]s not)"
    f"(?: (?:that|this|so))?(?:,? (?:right|correct|true|yes|no|or not|(?:{_DOES}(?:n['’]?t)?|can['’]?t|won['’]?t) (?:you|they|u|it)))?",
    "(?:where )?does (?:it|the policy) (?:really |actually )?say (?:so|that|this)(?: anywhere)?", "who says(?: so| that)?",
    f"where (?:is|can i (?:find|read|see)) {_THAT}(?: (?:written|stated|said))?(?: in the policy)?",
    f"which (?:clause|section|part|paragraph)(?: (?:says|is) (?:{_THAT}|so))?",
    f"what does (?:it|the policy) say(?: about {_THAT})?", "is that (?:all|it)", "any proof", "(?:can you )?prove (?:it|that)", "source",
)  # fmt: skip
# Said before a question, with a mark of its own: "What? You sell it?".
EXCLAIMED = _whole("what", "sorry", "excuse me", "and", "so", "right", "correct", "true")
# "why?" and "how?" in other words.
WHY = _whole(
    f"why (?:is|was|would|do|does|did)? ?(?:{_THAT}|(?:you|u|they|the company) do (?:{_THAT}|so))(?: be| so| the case)?",
    "why(?: is)?(?: that)?(?: so)?", "how (?:come|so|is that)", "wh?y (?:tho|though)",
)  # fmt: skip
WHY_SO = re.compile(r"^why (?:so|that|this) (?P<much>long|much|many|little|few|often|short|late|early)$", re.IGNORECASE)
FOR_EXAMPLE = _whole("such as", "like (?:what|who|whom|which)(?: ones?)?", "for example", r"e\.?g\.?", "namely")
WHICH_ONES = _whole("(?:which|what) (?:one|ones|of (?:them|these|those))")
OFTEN = _whole(
    r"(?:only )?(?:once|twice|(?:\w+|\d+) times) (?:a|an|per|every|each) \w+", r"(?:only )?every (?:\w+ )?\w+",
    "daily", "weekly", "monthly", "hourly",
)  # fmt: skip
ALL_THE_TIME = _whole(
    "all the time",
    "every time",
    "each time",
    "24/7",
    "at all",
    "day and night",
    "(?:right|straight) away",
    "at once",
    "for good",
    "for ever",
    "all day(?: long)?",
    "all at once",
    "free of charge",
    "in one go",
    "at any time",
    "any ?time",
    "on request",
    "in full",
    "by default",
    "round the clock",
)
HOW_MANY_OF = re.compile(
    r"^(?:(?P<which>all|some|most|any|both|none|half)(?: of (?:it|them|that|this|those|these))?)$", re.IGNORECASE
)
THOSE_OF = re.compile(r"^(?:that|those|the ones?) of (?P<who>(?:[\w'’-]+ ){0,3}[\w'’-]+)$", re.IGNORECASE)
OTHER_ONES = re.compile(r"^(?:even |only |just )?(?:(?:the|my|any|all) )?(?:[\w-]+ ){1,2}ones?$", re.IGNORECASE)
INTRODUCTION = re.compile(r"\b(?:i['’]?m|i am|my name is|my name['’]?s|this is|hi|hello|hey|dear)\s+\w+", re.IGNORECASE)
