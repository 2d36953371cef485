"""The pages for the company itself, at `/admin`."""
