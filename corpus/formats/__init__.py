"""Documents of other formats -> Markdown, once, when they come onto the shelf; from there they go the road of all text."""
