"""Incidents: whom one concerns, telling them once, and noticing that a subject is asked about more than usual."""
