"""Complaints, said outright or not: the statutory clock, and how one is noticed while a conversation goes on."""
