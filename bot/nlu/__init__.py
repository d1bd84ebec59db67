"""Understanding of customers' messages: which intent a text has and how sure that is, without knowing Rasa."""
