"""The policy of a shop, sentence by sentence, as the body of its page."""

from __future__ import annotations

SENTENCES = [
    f"We keep your {what} for as long as your membership lasts, and erase it in the month after you end it."
    for what in (
        "name;birthday;street and town;telephone number;pictures;orders;search words;friends;choices;kind of device;"
        "ratings;wish list;vouchers;parcels;coupons"
    ).split(";")
]
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
