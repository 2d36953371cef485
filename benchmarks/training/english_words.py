"""The English words that the speller knows, in the order of their frequency -> assistant/questions/english.txt.

pip install symspellpy==6.10.1
python -m benchmarks.training.english_words

From SymSpell's dictionary (MIT; made of Google Books Ngrams, CC BY 3.0, and SCOWL), which holds no names: those of services, laws
and things of today that customers name, and those of the encoder's vocabulary come after it.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

from assistant.questions.spelling import ENGLISH
from corpus.atomic_files import write_whole
from index.encoders.sentence_transformer import BASE, SentenceTransformerEncoder

DICTIONARY = "symspellpy/frequency_dictionary_en_82_765.txt"
MOST = 60_000  # the rest are rarer than most slips
NAMES = """
    adyen airbnb akamai aldi alexa amazon amplitude android anthropic asana asda asus braze canva cashapp chatbot chatgpt chime chrome
    chromebook cloudflare copilot criteo dailymotion datadog deepfake deezer deliveroo dhl doubleclick dropbox duolingo ebay ebook emoji
    equifax etsy evernote expedia experian facebook faceid fedex figma firefox fitbit freshdesk garmin geofence gemini github gitlab gmail
    google hashtag hotjar hotmail huawei hubspot hulu icloud ikea imessage instagram intercom ipad iphone jira klarna klaviyo lenovo lidl
    linkedin livestream logout lyft macbook mailchimp mastercard matomo messenger metamask mixpanel monzo myspace netflix nokia notion
    ocado okta oneplus openai opera outbrain outlook paypal pinterest playstation podcast quora reddit revolut ringtone roblox roku ryanair
    safari salesforce samsung schufa segment selfie sendgrid sentry shopify signup siri skype slack smartphone smartwatch snapchat sonos
    spotify squarespace strava stripe surveymonkey taboola telegram temu tesco tiktok tinder touchid transunion trello tripadvisor
    trustpilot twilio twitch twitter uber usps venmo verizon viber vimeo visa vlog vodafone webinar wechat whatsapp wifi windows wordpress
    worldpay xbox xiaomi yahoo yelp youtube zalando zapier zelle zendesk zoom
    appi bcrs bipa ccpa cnil coppa cpra dpdp dpia dpo edpb eprivacy ferpa ftc gdpr glba hipaa iban ico imei lgpd opt pii pipeda pipl popia
    sccs ssn vcdpa
    apps blogs convos insta logins merch repo repos screenshotting selfies signups tweeted tweets
"""


def main() -> None:
    """Write the words."""
    dictionary = Path(str(distribution("symspellpy").locate_file(DICTIONARY))).read_text(encoding="utf-8-sig")
    counted = [(int(count), word) for word, count in map(str.split, dictionary.splitlines())]
    common = [word for _, word in sorted(counted, key=lambda each: (-each[0], each[1]))[:MOST]]
    (vocabulary,) = (path for path in SentenceTransformerEncoder(BASE).sources if path.name == "vocab.txt")
    names = [word for word in vocabulary.read_text(encoding="utf-8").split() if len(word) >= 3 and word.isalpha()]
    words = dict.fromkeys([*common, *NAMES.split(), *names])
    write_whole(ENGLISH, "".join(f"{word}\n" for word in words))


if __name__ == "__main__":
    main()
