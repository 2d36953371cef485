"""From an uploaded document to the text that is answered from: drafts, what they would change, publishing, going back."""
