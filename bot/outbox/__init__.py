"""From a decision to the customer's thread: queueing in SQL, and the one writer that sends each conversation's rows."""
