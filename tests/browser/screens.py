"""What tests in a browser have in common: kinds of screens, what is in sight on them, and a question with the clause that answers it."""

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
IN_SIGHT = """place => {
    const box = document.querySelector(place).getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
}"""
QUESTION = "is my card number shared?"
CLAUSE = (
    "We collect this information on a transaction-by-transaction basis and will not authorise the release of the "
    "information with anyone not directly involved in processing the transaction."
)
