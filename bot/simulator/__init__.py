"""A twin of the Messenger Platform for demonstrations and tests: page, Graph endpoints, webhooks, faults on demand.

It knows the platform as Meta documents it and nothing of the product that talks to it. It exists in demo mode only.
"""
