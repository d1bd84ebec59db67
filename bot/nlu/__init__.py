"""Understanding of customers' messages: which intent a text has and how sure that is, without knowing Rasa."""

OUT_OF_SCOPE = "poza_zakresem"
"""The intent of messages that the assistant has no answer to; a reading of it is never acted on."""
