"""The Messenger Platform as a library: events, signatures, sending, limits; it knows nothing of our business.

Facts are those of Meta's documentation for Graph API v26.0; each rule names its page.
"""
